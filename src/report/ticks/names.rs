//! What the functions of a module are called.
//!
//! Enters: a module that was accepted. Leaves: a name for each of its functions: that of the name
//! section, else the first under which it is exported, else its index. Refuses to know: ticks.
//!
//! Custom sections mean nothing (`MOD-9`): a name section that cannot be read names nothing from
//! there on.

use std::collections::BTreeMap;
use wasmparser::{ExternalKind, KnownCustom, Name, Parser, Payload};

/// The names of functions, by index. A name that several functions have is told apart by the index.
pub struct FunctionNames {
    names: BTreeMap<u32, String>,
}

impl FunctionNames {
    pub fn of(module: &[u8]) -> FunctionNames {
        let mut exported = BTreeMap::new();
        let mut names = BTreeMap::new();
        for payload in Parser::new(0).parse_all(module).map_while(Result::ok) {
            match payload {
                Payload::ExportSection(exports) => {
                    for export in exports.into_iter().map_while(Result::ok) {
                        if export.kind == ExternalKind::Func {
                            let name = || shown(export.name);
                            exported.entry(export.index).or_insert_with(name);
                        }
                    }
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(section) = section.as_known() {
                        read(section, &mut names);
                    }
                }
                _ => {}
            }
        }
        exported.into_iter().for_each(|(index, name)| {
            names.entry(index).or_insert(name);
        });
        FunctionNames {
            names: told_apart(names),
        }
    }

    /// What the module calls the function of that index, or a name made of the index.
    pub fn name(&self, function: u32) -> String {
        let name = self.names.get(&function).cloned();
        name.unwrap_or_else(|| format!("func[{function}]"))
    }
}

fn read(section: wasmparser::NameSectionReader<'_>, names: &mut BTreeMap<u32, String>) {
    for subsection in section.into_iter().map_while(Result::ok) {
        if let Name::Function(functions) = subsection {
            for naming in functions.into_iter().map_while(Result::ok) {
                if !naming.name.is_empty() {
                    names.insert(naming.index, shown(naming.name));
                }
            }
        }
    }
}

/// A name on one line, without what separates the frames of folded stacks.
fn shown(name: &str) -> String {
    let one = |c: char| match c {
        ';' => ':',
        c if c.is_control() => '?',
        c => c,
    };
    name.chars().map(one).collect()
}

fn told_apart(names: BTreeMap<u32, String>) -> BTreeMap<u32, String> {
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for name in names.values() {
        *times.entry(name.clone()).or_default() += 1;
    }
    let own = |(index, name): (u32, String)| match times[&name] {
        1 => (index, name),
        _ => (index, format!("{name}[{index}]")),
    };
    names.into_iter().map(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_section_goes_before_exports_and_exports_before_numbers() {
        let text = r#"(module (import "env" "mintCap" (func $mint (result i32)))
            (func $named (export "exported")) (func (export "second") (export "third")) (func)
            (func (@name "a;b\n")) (func (@name "twice")) (func (@name "twice")))"#;
        let bytes = wat::parse_str(text).expect("the text is right");
        let names = FunctionNames::of(&bytes);
        let all: Vec<String> = (0..7).map(|index| names.name(index)).collect();
        let expected = [
            "mint", "named", "second", "func[3]", "a:b?", "twice[5]", "twice[6]",
        ];
        assert_eq!(all, expected);
    }
}
