//! What it costs to take a module in: acceptance and metering beside wasmi's own compilation.
//!
//! Enters: the kernels' functions, repeated until they fill a module of several MB. Leaves: a
//! table. Refuses to know: how modules are metered.

use crate::kernels::KERNELS;
use crate::measure::{Way, least, ratio, timed};
use crate::passes::{PASSES, accepted, name};
use primea::{
    activation::engine::Engine,
    interface::table::Dialect,
    module::{Pass, accept, meter, schedule::SCHEDULE_1},
};
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalSection,
    ImportSection, Instruction, MemorySection, MemoryType, Module, RefType, TableSection,
    TableType, TypeSection,
};
use wasmparser::{FunctionBody, Parser, Payload, TypeRef};

const ROUNDS: usize = 5;
const BYTES: usize = 4 << 20;

/// Where the types, globals and functions of one copy of a kernel stand in the large module. All
/// copies share the one import, the memory and the table.
struct Place {
    types: u32,
    globals: u32,
    functions: u32,
    imports: u32,
}

impl Reencode for Place {
    type Error = Infallible;

    fn type_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.types + index)
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.globals + index)
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(match index < self.imports {
            true => 0,
            false => self.functions + index - self.imports,
        })
    }
}

/// What is taken of a kernel.
struct Parts<'a> {
    place: Place,
    /// The type of each function.
    functions: Vec<u32>,
    bodies: Vec<FunctionBody<'a>>,
}

/// The sections of the large module while it grows.
#[derive(Default)]
struct Growing {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    globals: GlobalSection,
    code: CodeSection,
}

impl Growing {
    /// Takes the kernel's types and globals, once for all copies.
    fn begin<'a>(&mut self, bytes: &'a [u8]) -> Parts<'a> {
        let (types, globals) = (self.types.len(), self.globals.len());
        let place = Place {
            types,
            globals,
            functions: 0,
            imports: 0,
        };
        let mut parts = Parts {
            place,
            functions: Vec::new(),
            bodies: Vec::new(),
        };
        let place = &mut parts.place;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.expect("a kernel is valid") {
                Payload::TypeSection(section) => {
                    place
                        .parse_type_section(&mut self.types, section)
                        .expect("its types");
                }
                Payload::GlobalSection(section) => {
                    place
                        .parse_global_section(&mut self.globals, section)
                        .expect("its globals");
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import.expect("its import");
                        let TypeRef::Func(ty) = import.ty else {
                            panic!("a kernel imports functions");
                        };
                        place.imports += 1;
                        let ty = EntityType::Function(types + ty);
                        self.imports.import(import.module, import.name, ty);
                    }
                }
                Payload::FunctionSection(section) => {
                    let types = section.into_iter().map(|ty| ty.expect("its types"));
                    parts.functions.extend(types);
                }
                Payload::CodeSectionEntry(body) => parts.bodies.push(body),
                _ => {}
            }
        }
        parts
    }

    /// Appends one more copy of the kernel's functions.
    fn copy(&mut self, parts: &mut Parts<'_>) {
        parts.place.functions = 1 + self.functions.len();
        for ty in &parts.functions {
            self.functions.function(parts.place.types + ty);
        }
        for body in &parts.bodies {
            let copied = parts
                .place
                .parse_function_body(&mut self.code, body.clone());
            copied.expect("its bodies");
        }
    }
}

/// A module of about so many bytes that is made of the kernels' functions.
pub fn large(bytes: usize) -> Vec<u8> {
    let mut growing = Growing::default();
    let mut parts: Vec<Parts<'_>> = KERNELS.iter().map(|it| growing.begin(it.bytes)).collect();
    while growing.code.byte_len() < bytes {
        for parts in &mut parts {
            growing.copy(parts);
        }
    }
    growing.functions.function(growing.types.len());
    growing.types.ty().function([], []);
    let mut nothing = Function::new([]);
    nothing.instruction(&Instruction::End);
    growing.code.function(&nothing);
    let mut exports = ExportSection::new();
    // Behind the one import.
    exports.export("onCreation", ExportKind::Func, growing.functions.len());
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 8,
        maximum: None,
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut module = Module::new();
    module
        .section(&growing.types)
        .section(&growing.imports)
        .section(&growing.functions);
    module
        .section(&tables)
        .section(&memories)
        .section(&growing.globals)
        .section(&exports)
        .section(&growing.code);
    module.finish()
}

fn compilation(bytes: &[u8], pass: Pass) -> impl FnMut() -> std::time::Duration {
    move || {
        let engine = wasmi::Engine::new(&Engine::config(pass));
        timed(|| wasmi::Module::new(&engine, bytes).expect("wasmi compiles it")).0
    }
}

/// Prints the table.
pub fn report() {
    let bytes = large(BYTES);
    let module = accepted(&bytes, Dialect::Capabilities);
    let metered: Vec<_> = PASSES
        .iter()
        .map(|pass| meter(&module, &SCHEDULE_1, *pass))
        .collect();
    let mut names = vec![
        "wasmi compiles it as it was".to_owned(),
        "accept".to_owned(),
    ];
    let mut ways: Vec<Way<'_>> = vec![
        Box::new(compilation(&bytes, Pass::Exact)),
        Box::new(|| timed(|| accept(&bytes, Dialect::Capabilities).expect("accepted before")).0),
    ];
    for (pass, metered) in PASSES.iter().zip(&metered) {
        let growth = metered.bytes().len() as f64 / bytes.len() as f64;
        names.push(format!("meter, {}", name(*pass)));
        ways.push(Box::new(|| timed(|| meter(&module, &SCHEDULE_1, *pass)).0));
        names.push(format!("wasmi compiles that ({growth:.2} of the bytes)"));
        ways.push(Box::new(compilation(metered.bytes(), *pass)));
    }
    let times = least(ROUNDS, &mut ways);
    let functions = module.function_count();
    println!(
        "rewriting: a module of {} bytes, {functions} functions",
        bytes.len()
    );
    println!(
        "{:40} {:>9} {:>9} {:>14}",
        "", "ms", "MB/s", "of compilation"
    );
    for (name, time) in names.iter().zip(&times) {
        let speed = bytes.len() as f64 / 1e6 / time.as_secs_f64();
        let ratio = ratio(*time, times[0]);
        println!(
            "{name:40} {:9.1} {speed:9.1} {ratio:14.3}",
            time.as_secs_f64() * 1e3
        );
    }
}
