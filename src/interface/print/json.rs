//! The table and the schedule as JSON, for programs.
//!
//! Enters: dialects and a schedule. Leaves: one JSON text, keys in declared order. Refuses to
//! know: what a reader does with it.

use crate::{
    interface::table::{Dialect, Import, Operation, Param},
    module::schedule::{ImportCost, Schedule},
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
struct DialectView {
    imports: Vec<ImportView>,
}

#[derive(Serialize)]
struct ImportView {
    name: &'static str,
    /// `*` where any will do (`LEG-1`).
    module: &'static str,
    params: Vec<ParamView>,
    result: Option<&'static str>,
    /// What it means, as the schedule calls it.
    operation: &'static str,
    ticks: Ticks,
    rules: Vec<&'static str>,
    doc: &'static str,
}

#[derive(Serialize)]
struct ParamView {
    name: &'static str,
    #[serde(rename = "type")]
    ty: &'static str,
}

/// What a call costs, printed as it stands in the schedule.
struct Ticks(Operation, ImportCost);

/// The schedule as a scenario may have it for its own. The hash of STATE-12 is over all numbers,
/// in this order.
struct ScheduleView<'a>(&'a Schedule);

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

impl Serialize for Ticks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Ticks(operation, mut cost) = *self;
        cost.prices(operation).serialize(serializer)
    }
}

impl Serialize for ScheduleView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut schedule = self.0.clone();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &schedule.name)?;
        map.serialize_entry("hash", &schedule.hash().to_string())?;
        map.serialize_entry("number", &schedule.number)?;
        for entry in schedule.prices().into_entries() {
            map.serialize_entry(entry.name, &entry.node)?;
        }
        map.end()
    }
}

fn view(import: &Import, schedule: &Schedule) -> ImportView {
    let param = |param: &Param| ParamView {
        name: param.name,
        ty: param.ty.document_name(),
    };
    ImportView {
        name: import.name,
        module: import.dialect.import_module().unwrap_or("*"),
        params: import.params.iter().map(param).collect(),
        result: import.returns.document_name(),
        operation: import.operation.name(),
        ticks: Ticks(import.operation, *schedule.cost(import.operation)),
        rules: import.rules(),
        doc: import.doc,
    }
}

/// One JSON text, indented, with a line end.
pub fn print(dialects: &[Dialect], schedule: &Schedule) -> String {
    let document = Document {
        dialects: Dialects { dialects, schedule },
        schedule: ScheduleView(schedule),
    };
    let text = serde_json::to_string_pretty(&document).expect("names and numbers always print");
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        module::schedule::{Opcode, SCHEDULE_1},
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
                        "doc",
                        "module",
                        "name",
                        "operation",
                        "params",
                        "result",
                        "rules",
                        "ticks"
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
                let operation = printed["operation"].as_str().expect("a name");
                assert_eq!(operation, import.operation.name());
                assert_eq!(printed["ticks"], document["schedule"]["imports"][operation]);
                let base = SCHEDULE_1.cost(import.operation).base;
                assert_eq!(printed["ticks"]["base"], base);
            }
        }
    }

    #[test]
    fn every_instruction_is_there_with_its_price() {
        let costly = Schedule {
            instructions: SCHEDULE_1.instructions.but(&[Opcode::I64DivS], 20),
            ..SCHEDULE_1
        };
        let document: Value = serde_json::from_str(&print(&[], &costly)).expect("it is JSON");
        let schedule = &document["schedule"];
        assert_eq!(
            (&schedule["name"], &schedule["number"]),
            (&"reference".into(), &1.into())
        );
        let printed = schedule["instructions"].as_object().expect("an object");
        assert_eq!(printed.len(), Opcode::ALL.len());
        for opcode in Opcode::ALL {
            assert_eq!(printed[opcode.name()], costly.instructions.of(opcode));
        }
        assert_eq!(printed["i64.div_s"], 20);
        assert_eq!(schedule["operands"]["memory_bulk"]["unit"], 64);
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
        assert_eq!(document["schedule"]["imports"]["AssertEqual"]["base"], 20);
    }

    /// `STATE-12`, done as somebody would who has nothing but the printed schedule.
    #[test]
    fn the_hash_follows_from_what_is_printed() {
        let text = print(&[], &SCHEDULE_1);
        let (_, schedule) = text
            .split_once("\"schedule\"")
            .expect("the schedule is printed");
        // Names stand between quotes, and numbers do not.
        let unquoted: Vec<&str> = schedule.split('"').step_by(2).collect();
        let bytes: Vec<u8> = unquoted
            .concat()
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| !digits.is_empty())
            .flat_map(|digits| digits.parse::<u32>().expect("a u32").to_le_bytes())
            .collect();
        let expected = Hash::derive(Domain::Schedule, &bytes);
        assert!(text.contains(&format!("\"hash\": \"{expected}\"")));
    }
}
