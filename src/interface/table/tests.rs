//! The table has what the documents list.
//!
//! Enters: the imports as their documents list them, written down once more. Leaves: tests that the
//! table has these, and that its rows agree with each other. Refuses to know: what an import does.

use super::*;
use crate::rules::is_stated;
use std::collections::BTreeSet;

/// The documents' imports as they list them: name, parameters, whether there is a result.
type Documented = (&'static str, &'static [&'static str], bool);

const DOCUMENT_000: [Documented; 13] = [
    ("createMessage", &["offset", "len"], true),
    ("createChannel", &["locA", "locB"], false),
    ("bindPort", &["offset", "len", "portRef"], false),
    ("unbindPort", &["offset", "len"], true),
    ("getPort", &["offset", "len"], true),
    ("getMessageDataLen", &["message"], true),
    (
        "loadMessageData",
        &["message", "writeOffset", "readOffset", "len"],
        false,
    ),
    ("addPortToMessage", &["message", "port"], false),
    ("getMessagePortLen", &["message"], true),
    ("loadMessagePortRef", &["message", "index"], true),
    ("sendMessage", &["message", "port"], false),
    ("isvalidRef", &["message"], true),
    ("deleteRef", &["message"], false),
];

const DOCUMENT_001: [Documented; 13] = [
    ("create_message", &["offset", "len"], true),
    ("create_channel", &["locA", "locB"], false),
    ("bind_port", &["offset", "len", "portRef"], false),
    ("unbind_port", &["offset", "len"], true),
    ("get_port", &["offset", "len"], true),
    ("get_message_data_len", &["message"], true),
    (
        "load_message_data",
        &["message", "writeOffset", "readOffset", "len"],
        false,
    ),
    ("add_port_to_message", &["message", "port"], false),
    ("get_message_port_len", &["message"], true),
    ("load_message_port_ref", &["message", "index"], true),
    ("send_message", &["message", "port"], false),
    ("is_valid_ref", &["message"], true),
    ("delete_ref", &["message"], false),
];

const DOCUMENT_002: [Documented; 17] = [
    ("storeMessage", &["index", "msgRef"], false),
    ("loadMessage", &["index", "callback"], true),
    ("deleteMessage", &["index"], false),
    ("createMessage", &["offset", "len", "responseCap"], true),
    (
        "loadMessageData",
        &["message", "writeOffset", "readOffset", "len"],
        false,
    ),
    ("addCapToMessage", &["message", "port"], false),
    ("messageCapLen", &["message"], true),
    ("loadMessageCap", &["message", "index"], true),
    ("sendMessage", &["cap", "message", "ticks"], false),
    ("messageDataLen", &["message"], true),
    ("getMessageTag", &["message"], true),
    ("getNextMessage", &["timeout", "timeout_callback"], false),
    ("respond", &["message"], false),
    ("createActor", &["message"], false),
    ("mintCap", &[], true),
    ("isValidRef", &["message"], true),
    ("deleteRef", &["message"], false),
];

/// A document with some imports replaced, and others added.
fn changed(
    document: &[Documented],
    removed: &[&str],
    added: &[Documented],
) -> BTreeSet<Documented> {
    let kept = document.iter().filter(|(name, ..)| !removed.contains(name));
    kept.chain(added).copied().collect()
}

fn expected(dialect: Dialect) -> BTreeSet<Documented> {
    let open = &["offset", "len", "callback"];
    let equals: Documented = ("equals", &["left", "right"], false);
    match dialect {
        Dialect::PortsCamel => changed(&DOCUMENT_000, &[], &[]),
        Dialect::PortsSnake => changed(&DOCUMENT_001, &[], &[]),
        Dialect::Capabilities => changed(
            &DOCUMENT_002,
            &[],
            &[
                ("mintCap", &["tag"], true),
                ("loadMessage", &["index", "callback"], false),
            ],
        ),
        Dialect::LegacyPorts => changed(
            &DOCUMENT_000,
            &[
                "getMessagePortLen",
                "loadMessagePortRef",
                "isvalidRef",
                "sendMessage",
            ],
            &[
                ("messagePortLen", &["message"], true),
                ("loadMessagePort", &["message", "index"], true),
                ("isValidRef", &["message"], true),
                ("sendMessage", &["port", "message"], false),
                ("deletePort", &["offset", "len"], false),
                equals,
            ],
        ),
        Dialect::LegacyCapabilities => changed(
            &DOCUMENT_002,
            &["sendMessage", "loadMessage"],
            &[
                ("sendMessage", &["cap", "message"], false),
                ("mintCap", &["tag"], true),
                ("createMessage", &["offset", "len"], true),
                ("createActor", &["message"], true),
                ("setResponseCap", &["message", "cap"], false),
                ("loadMessage", &["index", "callback"], false),
                ("openStore", open, false),
                ("updateStore", &["store", "message"], false),
                ("deleteStore", &["store"], false),
                equals,
            ],
        ),
    }
}

#[test]
fn dialects_have_what_their_documents_list() {
    let counts = [13, 13, 19, 15, 25];
    for (dialect, count) in Dialect::ALL.iter().zip(counts) {
        let listed: Vec<_> = dialect
            .imports()
            .map(|import| {
                let names: Vec<_> = import.params.iter().map(|param| param.name).collect();
                (import.name, names, import.has_result())
            })
            .collect();
        assert_eq!(listed.len(), count, "{}", dialect.name());
        let expected: BTreeSet<_> = expected(*dialect)
            .into_iter()
            .map(|(name, params, result)| (name, params.to_vec(), result))
            .collect();
        assert_eq!(
            listed.into_iter().collect::<BTreeSet<_>>(),
            expected,
            "{}",
            dialect.name()
        );
    }
    assert_eq!(IMPORTS.len(), counts.iter().sum::<usize>());
}

#[test]
fn every_row_is_found_by_its_name_and_type_alone() {
    for (index, row) in IMPORTS.iter().enumerate() {
        let found = row
            .dialect
            .find(row.name, row.params.len(), row.has_result());
        assert_eq!(found, Some(index), "{} of {}", row.name, row.dialect.name());
        assert!(row.dialect.named(row.name).any(|(at, _)| at == index));
    }
    assert_eq!(Dialect::Capabilities.find("mintCap", 2, true), None);
    assert_eq!(Dialect::Capabilities.find("sendMessage", 2, false), None);
    assert_eq!(Dialect::PortsCamel.find("isValidRef", 1, true), None);
    assert_eq!(Dialect::LegacyPorts.find("isvalidRef", 1, true), None);
}

#[test]
fn parameters_point_at_what_they_depend_on() {
    for row in IMPORTS {
        let is_length = |at: usize| matches!(row.params[at].ty, ParamType::Length);
        for (at, param) in row.params.iter().enumerate() {
            match param.ty {
                ParamType::Read { length } | ParamType::Write { length } => {
                    assert!(is_length(length), "{}", row.name);
                }
                ParamType::DataOffset { message, length } => {
                    assert!(is_length(length), "{}", row.name);
                    assert_eq!(row.params[message].ty, ParamType::Reference(Kind::Message));
                    assert!(message < at, "the message is checked before its data");
                }
                _ => {}
            }
            assert_eq!(
                row.position(param.role),
                Some(at),
                "{}: a role once a row",
                row.name
            );
        }
        assert_eq!(
            row.position(Role::Length).is_some(),
            row.params.iter().any(|p| p.ty == ParamType::Length)
        );
    }
}

#[test]
fn rows_of_one_operation_agree() {
    for operation in Operation::ALL {
        let rows: Vec<_> = IMPORTS
            .iter()
            .filter(|row| row.operation == operation)
            .collect();
        assert!(!rows.is_empty(), "{} is in some dialect", operation.name());
        for row in &rows {
            for param in row.params {
                let same = rows.iter().filter_map(|other| {
                    other
                        .position(param.role)
                        .map(|at| other.params[at].ty.document_name())
                });
                assert!(
                    same.into_iter()
                        .all(|name| name == param.ty.document_name())
                );
            }
        }
    }
}

#[test]
fn every_rule_named_is_in_the_spec() {
    for row in IMPORTS {
        let rules = row.rules();
        assert_eq!(
            rules.iter().collect::<BTreeSet<_>>().len(),
            rules.len(),
            "each rule once"
        );
        for rule in rules {
            assert!(is_stated(rule), "{}: {rule} is no rule", row.name);
        }
    }
}

#[test]
fn rules_come_from_the_operation_the_row_and_its_form() {
    let index = Dialect::Capabilities
        .find("createMessage", 3, true)
        .expect("a row");
    let rules = IMPORTS[index].rules();
    let expected = [
        "MSG-1", "MSG-2", "ARG-2", "ARG-3", "ARG-4", "ARG-5", "REF-1", "REF-2", "REF-8", "ARG-1",
        "TICK-6", "DIAL-2",
    ];
    assert_eq!(rules, expected);
    let index = Dialect::LegacyPorts
        .find("sendMessage", 2, false)
        .expect("a row");
    assert!(IMPORTS[index].rules().contains(&"LEG-3"));
}
