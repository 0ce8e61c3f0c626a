//! Does a function's body keep the limits?
//!
//! Enters: a body, and what is known of the module before it. Leaves: where it stands, how many
//! locals it has and whom it calls, or why it is not acceptable. Refuses to know: the rest of the
//! module.

use super::accept::{Failure, at_most, to_usize};
use super::accepted::BodyFacts;
use super::refusal::Refusal;
use crate::deviation::{Deviation, deviates};
use crate::limits;
use wasmparser::{
    BlockType, FuncToValidate, FuncType, FuncValidatorAllocations, FunctionBody, Operator,
    ValidatorResources,
};

/// Validates a body, and measures its frame (`LIM-7`) instruction by instruction, so that
/// reading stops as soon as the frame is too large.
pub fn check(
    function: FuncToValidate<ValidatorResources>,
    body: &FunctionBody<'_>,
    types: &[FuncType],
    allocations: &mut FuncValidatorAllocations,
) -> Result<BodyFacts, Failure> {
    let range = body.range();
    let (what, limit) = ("bytes in a function", limits::FUNCTION_BYTES as u64);
    at_most(what, limit, range.end - range.start, range.start)?;
    let parameters = types[function.ty as usize].params().len();
    let locals = locals(parameters, body)?;
    let small = |count| u32::try_from(count).expect("a frame is small");
    let mut validator = function.into_validator(std::mem::take(allocations));
    validator.read_locals(&mut body.get_binary_reader())?;
    let mut operators = body.get_operators_reader()?;
    let mut callees = Vec::new();
    let mut calls_through_tables = false;
    while !operators.eof() {
        let offset = operators.original_position();
        let operator = operators.read()?;
        block_parameters(&operator, types, offset)?;
        validator.op(offset, &operator)?;
        let operands = u64::from(validator.operand_stack_height());
        frame(locals + operands, offset)?;
        match operator {
            Operator::Call { function_index } => callees.push(function_index),
            Operator::CallIndirect { .. } => calls_through_tables = true,
            _ => {}
        }
    }
    callees.sort_unstable();
    callees.dedup();
    operators.finish()?;
    *allocations = validator.into_allocations();
    Ok(BodyFacts {
        range: to_usize(range),
        locals: small(locals),
        declared_locals: small(match deviates(Deviation::ParametersPayAsLocals) {
            true => locals,
            false => locals - parameters as u64,
        }),
        callees,
        calls_through_tables,
    })
}

/// Parameters and locals together, added up before anything is made for them.
fn locals(parameters: usize, body: &FunctionBody<'_>) -> Result<u64, Failure> {
    let mut locals = parameters as u64;
    let mut reader = body.get_locals_reader()?;
    for _ in 0..reader.get_count() {
        let offset = reader.original_position();
        locals += u64::from(reader.read()?.0);
        frame(locals, offset)?;
    }
    Ok(locals)
}

fn frame(size: u64, offset: u64) -> Result<(), Refusal> {
    at_most("values in a frame", limits::FRAME_SIZE as u64, size, offset)
}

fn block_parameters(
    operator: &Operator<'_>,
    types: &[FuncType],
    offset: u64,
) -> Result<(), Refusal> {
    let (Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty }) =
        operator
    else {
        return Ok(());
    };
    let BlockType::FuncType(index) = *blockty else {
        return Ok(());
    };
    // An index without a type is for the validator to refuse.
    let parameters = types.get(index as usize).map_or(0, |ty| ty.params().len());
    carried("parameters in a block", parameters, offset)
}

/// The limit on what a branch may carry (`LIM-20`).
pub fn carried(what: &'static str, values: usize, offset: u64) -> Result<(), Refusal> {
    let limit = limits::CARRIED_VALUES as u64;
    at_most(what, limit, values as u64, offset)
}
