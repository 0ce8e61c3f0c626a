//! A module in the form in which the counter executes it.
//!
//! Enters: the bytes of a module that was accepted. Leaves: its definitions, and for each
//! instruction that opens a block the places to which control can leave it.
//! Refuses to know: ticks.

use primea::interface::table::{Dialect, ImportIndex};
use wasmparser::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExternalKind, FuncType, FunctionBody, Operator,
    Parser, Payload, TypeRef,
};

/// How large something begins, and how large it may become.
#[derive(Clone, Copy)]
pub struct Bounds {
    pub minimum: usize,
    pub maximum: Option<u64>,
}

pub struct Global<'a> {
    pub is_mutable: bool,
    pub initial: ConstExpr<'a>,
}

pub struct Element<'a> {
    /// The table and the offset at which it is put there by itself.
    pub active: Option<(usize, ConstExpr<'a>)>,
    /// Whether it is there for the program to use.
    pub is_passive: bool,
    pub items: Vec<Item<'a>>,
}

pub enum Item<'a> {
    Function(u32),
    Expression(ConstExpr<'a>),
}

pub struct Data<'a> {
    pub active: Option<ConstExpr<'a>>,
    pub bytes: &'a [u8],
}

pub struct Body<'a> {
    /// The locals behind the parameters: all begin as 0.
    pub locals: usize,
    pub code: Vec<Operator<'a>>,
    /// For each `block`, `loop` and `if` where it ends; for an `else` where its `if` ends.
    pub ends: Vec<usize>,
    /// For each `if` that has one where its `else` stands.
    pub elses: Vec<Option<usize>>,
}

#[derive(Default)]
pub struct Decoded<'a> {
    pub types: Vec<FuncType>,
    /// For each imported function, its row in the table and its type.
    pub imports: Vec<(ImportIndex, u32)>,
    /// The types of all functions, imported ones first.
    pub functions: Vec<u32>,
    pub bodies: Vec<Body<'a>>,
    pub tables: Vec<Bounds>,
    pub memory: Option<Bounds>,
    pub memory_is_exported: bool,
    pub globals: Vec<Global<'a>>,
    pub exports: Vec<(&'a str, ExternalKind, u32)>,
    pub start: Option<u32>,
    pub elements: Vec<Element<'a>>,
    pub data: Vec<Data<'a>>,
}

impl Decoded<'_> {
    /// What is exported under that name, if it is of that kind.
    pub fn export(&self, name: &str, kind: ExternalKind) -> Option<u32> {
        let named = |it: &&(&str, ExternalKind, u32)| it.0 == name && it.1 == kind;
        self.exports.iter().find(named).map(|it| it.2)
    }
}

/// Reads a module that was accepted for that dialect.
pub fn decode(bytes: &[u8], dialect: Dialect) -> Decoded<'_> {
    let mut module = Decoded::default();
    for payload in Parser::new(0).parse_all(bytes) {
        section(&mut module, payload.expect(VALID), dialect);
    }
    module.memory_is_exported = module.export("memory", ExternalKind::Memory).is_some();
    module
}

const VALID: &str = "an accepted module is valid";

fn section<'a>(module: &mut Decoded<'a>, payload: Payload<'a>, dialect: Dialect) {
    match payload {
        Payload::TypeSection(types) => {
            let types = types.into_iter_err_on_gc_types();
            module.types.extend(types.map(|it| it.expect(VALID)));
        }
        Payload::ImportSection(imports) => import(module, imports, dialect),
        Payload::FunctionSection(types) => {
            module
                .functions
                .extend(types.into_iter().map(|it| it.expect(VALID)));
        }
        Payload::TableSection(tables) => {
            module.tables.extend(tables.into_iter().map(|table| {
                let ty = table.expect(VALID).ty;
                Bounds {
                    minimum: ty.initial as usize,
                    maximum: ty.maximum,
                }
            }));
        }
        Payload::MemorySection(memories) => {
            module.memory = memories.into_iter().next().map(|memory| {
                let memory = memory.expect(VALID);
                Bounds {
                    minimum: memory.initial as usize,
                    maximum: memory.maximum,
                }
            });
        }
        Payload::GlobalSection(globals) => {
            module.globals.extend(globals.into_iter().map(|global| {
                let global = global.expect(VALID);
                Global {
                    is_mutable: global.ty.mutable,
                    initial: global.init_expr,
                }
            }));
        }
        Payload::ExportSection(exports) => {
            for export in exports {
                let export = export.expect(VALID);
                module
                    .exports
                    .push((export.name, export.kind, export.index));
            }
        }
        Payload::StartSection { func, .. } => module.start = Some(func),
        Payload::ElementSection(elements) => {
            module
                .elements
                .extend(elements.into_iter().map(|it| element(it.expect(VALID))));
        }
        Payload::DataSection(segments) => {
            module
                .data
                .extend(segments.into_iter().map(|it| data(it.expect(VALID))));
        }
        Payload::CodeSectionEntry(code) => module.bodies.push(body(&code)),
        _ => {}
    }
}

fn import<'a>(
    module: &mut Decoded<'a>,
    imports: wasmparser::ImportSectionReader<'a>,
    dialect: Dialect,
) {
    for import in imports.into_imports() {
        let import = import.expect(VALID);
        let TypeRef::Func(ty) = import.ty else {
            panic!("only functions can be imported");
        };
        let of = &module.types[ty as usize];
        let row = dialect.find(import.name, of.params().len(), !of.results().is_empty());
        module.imports.push((row.expect(VALID), ty));
        module.functions.push(ty);
    }
}

fn data(segment: wasmparser::Data<'_>) -> Data<'_> {
    Data {
        active: match segment.kind {
            DataKind::Active { offset_expr, .. } => Some(offset_expr),
            DataKind::Passive => None,
        },
        bytes: segment.data,
    }
}

fn element(element: wasmparser::Element<'_>) -> Element<'_> {
    let items = match element.items {
        ElementItems::Functions(functions) => functions
            .into_iter()
            .map(|it| Item::Function(it.expect(VALID)))
            .collect(),
        ElementItems::Expressions(_, expressions) => expressions
            .into_iter()
            .map(|it| Item::Expression(it.expect(VALID)))
            .collect(),
    };
    let (active, is_passive) = match element.kind {
        ElementKind::Active {
            table_index,
            offset_expr,
        } => (
            Some((table_index.unwrap_or(0) as usize, offset_expr)),
            false,
        ),
        ElementKind::Passive => (None, true),
        ElementKind::Declared => (None, false),
    };
    Element {
        active,
        is_passive,
        items,
    }
}

fn body<'a>(body: &FunctionBody<'a>) -> Body<'a> {
    let locals = body.get_locals_reader().expect(VALID).into_iter();
    let locals = locals.map(|group| group.expect(VALID).0 as usize).sum();
    let operators = body.get_operators_reader().expect(VALID).into_iter();
    let code: Vec<Operator<'a>> = operators.map(|it| it.expect(VALID)).collect();
    let mut ends = vec![0; code.len()];
    let mut elses = vec![None; code.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, operator) in code.iter().enumerate() {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => open.push(at),
            Operator::Else => elses[*open.last().expect(VALID)] = Some(at),
            Operator::End => {
                if let Some(begin) = open.pop() {
                    ends[begin] = at;
                    if let Some(otherwise) = elses[begin] {
                        ends[otherwise] = at;
                    }
                }
            }
            _ => {}
        }
    }
    Body {
        locals,
        code,
        ends,
        elses,
    }
}

/// The value of a constant expression, given the globals before it.
pub fn constant(expression: &ConstExpr<'_>, globals: &[u64]) -> u64 {
    let mut operators = expression.get_operators_reader();
    match operators.read().expect(VALID) {
        Operator::I32Const { value } => u64::from(value as u32),
        Operator::I64Const { value } => value as u64,
        Operator::F32Const { value } => u64::from(value.bits()),
        Operator::F64Const { value } => value.bits(),
        Operator::RefNull { .. } => 0,
        Operator::RefFunc { function_index } => u64::from(function_index) + 1,
        Operator::GlobalGet { global_index } => globals[global_index as usize],
        other => panic!("no constant expression has {other:?}"),
    }
}
