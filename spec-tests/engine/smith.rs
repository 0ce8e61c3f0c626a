//! Programs of the wasm-smith crate: odd shapes that nobody would think of.
//!
//! Enters: a seed. Leaves: a valid module of the proposals that we accept, and calls to make.
//! Refuses to know: engines, and metering.

use crate::dense::Program;
use crate::machine::{Call, Value};
use crate::random::Random;
use crate::smith_settings;
use arbitrary::Unstructured;
use wasm_encoder::AbstractHeapType;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_smith::{Config, MemoryOffsetChoices, Module};
use wasmparser::{ExternalKind, Parser, Payload, ValType};

/// Rounds of loops and calls that one program has before it traps.
const FUEL: u32 = 1_000;

/// The program of that seed, or none: some random bytes make no module.
pub fn program(seed: u64) -> Option<Program> {
    let mut random = Random::new(seed);
    let config = config(&mut random);
    let len = random.between(200, 4_000);
    let bytes = random.bytes(len);
    let mut module = Module::new(config, &mut Unstructured::new(&bytes)).ok()?;
    module.ensure_termination(FUEL).ok()?;
    let wasm = with_functions_for_externals(&module.to_bytes());
    let calls = calls(&wasm, &mut random);
    Some(Program { wasm, calls })
}

/// The module with every `externref` a `funcref`: it stays as valid as it was, and wasmtime needs
/// no garbage collector for it.
fn with_functions_for_externals(wasm: &[u8]) -> Vec<u8> {
    struct Renamed;
    impl Reencode for Renamed {
        type Error = std::convert::Infallible;

        fn abstract_heap_type(
            &mut self,
            ty: wasmparser::AbstractHeapType,
        ) -> Result<AbstractHeapType, Error> {
            use wasmparser::AbstractHeapType::{Extern, Func};
            match ty {
                Extern | Func => Ok(AbstractHeapType::Func),
                other => panic!("{other:?} belongs to no proposal that we accept"),
            }
        }
    }
    let mut renamed = wasm_encoder::Module::new();
    Renamed
        .parse_core_module(&mut renamed, Parser::new(0), wasm)
        .expect("wasm-smith makes valid modules");
    renamed.finish()
}

fn config(random: &mut Random) -> Config {
    Config {
        disallow_traps: random.chance(50),
        export_everything: true,
        min_funcs: 1,
        max_funcs: 8,
        max_imports: 0,
        max_instructions: 300,
        max_memories: 1,
        max_memory32_bytes: 4 << 16,
        max_tables: 3,
        max_table_elements: 50,
        table_max_size_required: true,
        memory_max_size_required: true,
        // Mostly inside the memory: a program that traps at once tells little.
        memory_offset_choices: MemoryOffsetChoices(90, 9, 1),
        ..smith_settings::accepted_proposals()
    }
}

/// Two calls to each exported function that takes and gives numbers alone.
fn calls(wasm: &[u8], random: &mut Random) -> Vec<Call> {
    let mut types = Vec::new();
    let mut functions = Vec::new();
    let mut calls = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.expect("wasm-smith makes valid modules") {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    types.push(ty.expect("only function types without the gc proposal"));
                }
            }
            Payload::FunctionSection(section) => {
                functions.extend(section.into_iter().map(|ty| ty.expect("a type's index")));
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.expect("an export");
                    if export.kind != ExternalKind::Func {
                        continue;
                    }
                    let ty = &types[functions[export.index as usize] as usize];
                    for _ in 0..2 {
                        let arguments = ty.params().iter().map(|ty| argument(*ty, random));
                        let arguments: Option<Vec<Value>> = arguments.collect();
                        calls.extend(arguments.map(|arguments| Call {
                            export: export.name.to_string(),
                            arguments,
                        }));
                    }
                }
            }
            _ => {}
        }
    }
    calls
}

fn argument(ty: ValType, random: &mut Random) -> Option<Value> {
    use crate::dense::operators;
    Some(match ty {
        ValType::I32 => Value::I32(operators::interesting_i32(random) as u32),
        ValType::I64 => Value::I64(operators::interesting_i64(random) as u64),
        ValType::F32 => Value::F32(operators::interesting_f32(random)),
        ValType::F64 => Value::F64(operators::interesting_f64(random)),
        ValType::Ref(_) | ValType::V128 => return None,
    })
}
