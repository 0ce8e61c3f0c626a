//! The table and the schedule as JSON, for programs.
//!
//! Enters: dialects and a schedule. Leaves: one JSON text, keys in declared order. Refuses to
//! know: what a reader does with it.

use crate::{
    interface::table::{Dialect, Import, Operation, Returns},
    module::schedule::{ActivationCosts, ImportCost, OperandCosts, Schedule},
};
use serde::{Serialize, Serializer, ser::SerializeMap};

#[derive(Serialize)]
struct Document<'a> {
    dialects: Dialects<'a>,
    schedule: ScheduleView<'a>,
}

struct Dialects<'a> {
    dialects: &'a [Dialect],
    schedule: &'a Schedule,
}

#[derive(Serialize)]
struct DialectView<'a> {
    imports: Vec<ImportView<'a>>,
}

#[derive(Serialize)]
struct ImportView<'a> {
    name: &'static str,
    /// `*` where any will do (`LEG-1`).
    module: &'static str,
    params: Vec<ParamView>,
    result: Option<&'static str>,
    ticks: &'a ImportCost,
    rules: Vec<&'static str>,
    doc: &'static str,
}

#[derive(Serialize)]
struct ParamView {
    name: &'static str,
    #[serde(rename = "type")]
    ty: &'static str,
}

/// The schedule's fields in its own order, with the operations named. The hash of STATE-12 is over
/// all numbers behind the hash, in this order.
#[derive(Serialize)]
struct ScheduleView<'a> {
    hash: String,
    version: u32,
    instruction: u32,
    structural: u32,
    operands: &'a OperandCosts,
    activation: &'a ActivationCosts,
    imports: Imports<'a>,
}

struct Imports<'a>(&'a [ImportCost; Operation::ALL.len()]);

impl Serialize for Dialects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.dialects.iter().map(|dialect| {
            let imports = dialect
                .imports()
                .map(|import| view(import, self.schedule))
                .collect();
            (dialect.name(), DialectView { imports })
        }))
    }
}

impl Serialize for Imports<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (operation, cost) in Operation::ALL.iter().zip(self.0) {
            map.serialize_entry(operation.name(), cost)?;
        }
        map.end()
    }
}

fn view<'a>(import: &Import, schedule: &'a Schedule) -> ImportView<'a> {
    let param = |param: &crate::interface::table::Param| ParamView {
        name: param.name,
        ty: param.ty.document_name(),
    };
    ImportView {
        name: import.name,
        module: import.dialect.import_module().unwrap_or("*"),
        params: import.params.iter().map(param).collect(),
        result: Returns::document_name(import.returns),
        ticks: schedule.cost(import.operation),
        rules: import.rules(),
        doc: import.doc,
    }
}

/// One JSON text, indented, with a line end.
pub fn print(dialects: &[Dialect], schedule: &Schedule) -> String {
    let Schedule {
        version,
        instruction,
        structural,
        operands,
        activation,
        imports,
    } = schedule;
    let document = Document {
        dialects: Dialects { dialects, schedule },
        schedule: ScheduleView {
            hash: schedule.hash().to_string(),
            version: *version,
            instruction: *instruction,
            structural: *structural,
            operands,
            activation,
            imports: Imports(imports),
        },
    };
    let text = serde_json::to_string_pretty(&document).expect("names and numbers always print");
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        module::schedule::SCHEDULE_1,
        state::hash::{Domain, Hash},
    };
    use serde_json::Value;

    #[test]
    fn every_row_is_there_with_all_that_was_promised() {
        let text = print(Dialect::ALL, &SCHEDULE_1);
        let document: Value = serde_json::from_str(&text).expect("it is JSON");
        let dialects = document["dialects"].as_object().expect("an object");
        assert_eq!(dialects.len(), Dialect::ALL.len());
        for dialect in Dialect::ALL {
            let imports = dialects[dialect.name()]["imports"]
                .as_array()
                .expect("a list");
            assert_eq!(imports.len(), dialect.imports().count());
            for (printed, import) in imports.iter().zip(dialect.imports()) {
                let mut keys: Vec<_> = printed.as_object().expect("an object").keys().collect();
                keys.sort();
                assert_eq!(
                    keys,
                    [
                        "doc", "module", "name", "params", "result", "rules", "ticks"
                    ]
                );
                assert_eq!(printed["name"], import.name);
                assert_eq!(
                    printed["module"],
                    if dialect.is_legacy() { "*" } else { "env" }
                );
                assert_eq!(printed["result"].is_null(), !import.has_result());
                assert_eq!(
                    printed["rules"].as_array().map(Vec::len),
                    Some(import.rules().len())
                );
                let params = printed["params"].as_array().expect("a list");
                let types = params
                    .iter()
                    .map(|param| param["type"].as_str().expect("a type"));
                assert!(types.eq(import.params.iter().map(|param| param.ty.document_name())));
                let base = SCHEDULE_1.cost(import.operation).base;
                assert_eq!(printed["ticks"]["base"], base);
            }
        }
    }

    #[test]
    fn one_dialect_can_be_had_alone() {
        let text = print(&[Dialect::PortsSnake], &SCHEDULE_1);
        let document: Value = serde_json::from_str(&text).expect("it is JSON");
        let names: Vec<_> = document["dialects"]
            .as_object()
            .expect("an object")
            .keys()
            .collect();
        assert_eq!(names, ["ports-snake"]);
        assert_eq!(document["schedule"]["imports"]["AssertEqual"]["base"], 10);
    }

    /// `STATE-12`, done as somebody would who has nothing but the printed schedule.
    #[test]
    fn the_hash_follows_from_what_is_printed() {
        let text = print(&[], &SCHEDULE_1);
        let (_, numbers) = text
            .split_once("\"version\"")
            .expect("the schedule is printed");
        let bytes: Vec<u8> = numbers
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| !digits.is_empty())
            .flat_map(|digits| digits.parse::<u32>().expect("a u32").to_le_bytes())
            .collect();
        let expected = Hash::derive(Domain::Schedule, &bytes);
        assert!(text.contains(&format!("\"hash\": \"{expected}\"")));
    }
}
