//! How many values things take and give.
//!
//! Enters: an accepted module. Leaves: the arity of its types, functions and blocks.
//! Refuses to know: what the values are.

use crate::module::accepted::AcceptedModule;
use crate::module::features::ACCEPTED;
use wasm_encoder::SectionId;
use wasmparser::{
    BinaryReader, BlockType, FunctionSectionReader, ImportSectionReader, TypeRef, TypeSectionReader,
};

/// How many values are taken, and how many given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arity {
    /// Values taken from the operand stack.
    pub takes: usize,
    /// Values left on the operand stack.
    pub gives: usize,
}

/// The arities of one module.
pub struct Signatures {
    types: Vec<Arity>,
    /// For each function, imported ones first, its type.
    functions: Vec<u32>,
}

impl Signatures {
    /// Reads the sections that tell.
    pub fn of(module: &AcceptedModule) -> Signatures {
        let reader = |id: SectionId| {
            let section = module.facts().section(id as u8)?;
            let content = &module.bytes()[section.content.clone()];
            Some(BinaryReader::new_features(content, 0, ACCEPTED))
        };
        let mut types = Vec::new();
        if let Some(reader) = reader(SectionId::Type) {
            let reader = TypeSectionReader::new(reader).expect("validated");
            types.extend(reader.into_iter_err_on_gc_types().map(|ty| {
                let ty = ty.expect("validated");
                Arity {
                    takes: ty.params().len(),
                    gives: ty.results().len(),
                }
            }));
        }
        let mut functions = Vec::with_capacity(module.function_count());
        if let Some(reader) = reader(SectionId::Import) {
            let reader = ImportSectionReader::new(reader).expect("validated");
            functions.extend(reader.into_imports().map(
                |import| match import.expect("validated").ty {
                    TypeRef::Func(ty) => ty,
                    other => unreachable!("only functions are imported, not {other:?}"),
                },
            ));
        }
        if let Some(reader) = reader(SectionId::Function) {
            let reader = FunctionSectionReader::new(reader).expect("validated");
            functions.extend(reader.into_iter().map(|ty| ty.expect("validated")));
        }
        assert_eq!(functions.len(), module.function_count());
        Signatures { types, functions }
    }

    /// Of a type.
    pub fn ty(&self, index: u32) -> Arity {
        self.types[index as usize]
    }

    /// Of a function.
    pub fn function(&self, index: u32) -> Arity {
        self.ty(self.functions[index as usize])
    }

    /// Of a block.
    pub fn block(&self, ty: BlockType) -> Arity {
        match ty {
            BlockType::Empty => Arity { takes: 0, gives: 0 },
            BlockType::Type(_) => Arity { takes: 0, gives: 1 },
            BlockType::FuncType(index) => self.ty(index),
        }
    }
}
