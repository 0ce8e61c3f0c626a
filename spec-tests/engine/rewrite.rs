//! The smallest rewriting there is: instructions put before others, nothing else changed.
//!
//! Enters: a valid module, and what to put before each instruction. Leaves: a module.
//! Refuses to know: why.

use wasm_encoder::{CodeSection, Encode, Instruction, Module, RawSection};
use wasmparser::{FunctionBody, Operator, Parser, Payload};

/// What to put before an instruction.
pub type Before = fn(&Operator<'_>) -> &'static [Instruction<'static>];

/// `wasm` with `before` put before each of its instructions.
pub fn splice(wasm: &[u8], before: Before) -> Vec<u8> {
    let mut module = Module::new();
    let mut code = CodeSection::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.expect("only valid modules are rewritten");
        match &payload {
            // The section is complete when its bodies are; what follows it flushes it.
            Payload::CodeSectionStart { .. } => {}
            Payload::CodeSectionEntry(body) => {
                code.raw(&spliced_body(wasm, body, before));
            }
            _ => {
                if let Some((id, range)) = payload.as_section() {
                    flush(&mut module, &mut code);
                    let data = &wasm[range.start as usize..range.end as usize];
                    module.section(&RawSection { id, data });
                }
            }
        }
    }
    flush(&mut module, &mut code);
    module.finish()
}

fn flush(module: &mut Module, code: &mut CodeSection) {
    if !code.is_empty() {
        module.section(&std::mem::take(code));
    }
}

fn spliced_body(wasm: &[u8], body: &FunctionBody<'_>, before: Before) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut copied = body.range().start as usize;
    let mut operators = body.get_operators_reader().expect("a valid body");
    while !operators.eof() {
        let (operator, at) = operators.read_with_offset().expect("a valid instruction");
        let at = at as usize;
        bytes.extend_from_slice(&wasm[copied..at]);
        copied = at;
        for instruction in before(&operator) {
            instruction.encode(&mut bytes);
        }
    }
    bytes.extend_from_slice(&wasm[copied..body.range().end as usize]);
    bytes
}
