//! The generated cases are complete, and each is one of a kind.
//!
//! Enters: all generated cases. Leaves: tests that they are modules, that none is there twice, and
//! that nothing that can be wrong is left out. Refuses to know: what a VM makes of them.

use super::*;
use crate::{
    interface::table::{Import, Kind, Operation, ParamType, Role},
    limits,
    module::schedule::PLAIN,
};
use std::collections::BTreeSet;

#[test]
fn every_guest_is_a_valid_module() {
    for case in all() {
        let binary = wat::parse_str(&case.module_wat)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", case.name(), case.module_wat));
        wasmparser::Validator::new()
            .validate_all(&binary)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", case.name(), case.module_wat));
        let call = format!("call ${}\n", distinct_name(case.import));
        assert!(case.module_wat.contains(&call), "{}", case.name());
    }
}

#[test]
fn names_and_guests_are_distinct() {
    let names: BTreeSet<_> = all().map(|case| case.name()).collect();
    assert_eq!(names.len(), all().count());
    for (index, import) in IMPORTS.iter().enumerate() {
        let cases = of_import(index);
        let guests: BTreeSet<_> = cases[1..]
            .iter()
            .map(|case| (&case.module_wat, case.ticks))
            .collect();
        assert_eq!(
            guests.len(),
            cases.len() - 1,
            "{}: no case twice",
            import.name
        );
    }
}

/// The ways in which an argument of that type can fail.
fn failures(import: &Import, at: usize) -> Vec<Fault> {
    let param = &import.params[at];
    match param.ty {
        ParamType::Number => match (param.role, import.operation) {
            (Role::Index, Operation::LoadPort) => vec![Fault::NoSuchIndex, Fault::AlreadyLoaded],
            (Role::Index, Operation::LoadCapability) => vec![Fault::NoSuchIndex],
            (Role::Ticks, _) => vec![Fault::OutOfTicks],
            _ => vec![],
        },
        ParamType::Length => vec![Fault::OutOfTicks, Fault::OutOfBounds],
        ParamType::Read { .. }
        | ParamType::Write { .. }
        | ParamType::WriteReference
        | ParamType::DataOffset { .. } => vec![Fault::OutOfBounds],
        ParamType::Reference(_) | ParamType::OptionalReference(_) => {
            vec![Fault::InvalidReference, Fault::WrongKind]
        }
        ParamType::AnyReference => vec![],
        ParamType::Callback => vec![Fault::BadCallback],
    }
}

#[test]
fn every_parameter_is_wrong_in_every_way_it_can_be() {
    for (index, import) in IMPORTS.iter().enumerate() {
        let cases = of_import(index);
        assert_eq!((cases[0].argument, cases[0].expected), (None, None));
        for at in 0..import.params.len() {
            let of_param: Vec<_> = cases
                .iter()
                .filter(|case| case.argument == Some(at))
                .collect();
            let found: BTreeSet<_> = of_param.iter().filter_map(|case| case.expected).collect();
            let expected: BTreeSet<_> = failures(import, at).into_iter().collect();
            assert_eq!(
                found, expected,
                "{} {}",
                import.name, import.params[at].name
            );
            let right = of_param.iter().any(|case| case.expected.is_none());
            let needs_right = !matches!(
                import.params[at].ty,
                ParamType::Reference(_) | ParamType::Length
            ) && import.params[at].role != Role::Ticks;
            assert!(
                right || !needs_right,
                "{}: a border that is still right",
                import.name
            );
        }
    }
}

#[test]
fn every_wrong_kind_of_the_dialect_is_tried() {
    for (index, import) in IMPORTS.iter().enumerate() {
        for (at, param) in import.params.iter().enumerate() {
            let (ParamType::Reference(kind) | ParamType::OptionalReference(kind)) = param.ty else {
                continue;
            };
            let tried = of_import(index)
                .into_iter()
                .filter(|case| case.argument == Some(at) && case.expected == Some(Fault::WrongKind))
                .map(|case| case.what)
                .filter(|what| what.starts_with("a ") && !what.contains(','))
                .count();
            assert_eq!(
                tried,
                references::kinds(import.dialect).len() - 1,
                "{}: {kind:?}",
                import.name
            );
        }
    }
    assert_eq!(references::kinds(Dialect::LegacyCapabilities).len(), 3);
    assert!(!references::kinds(Dialect::Capabilities).contains(&Kind::Store));
}

#[test]
fn the_greatest_length_can_be_paid_for_or_not_as_the_case_says() {
    for case in all().filter(|case| case.what.starts_with("the greatest number")) {
        let import = &IMPORTS[case.import];
        if case.argument != import.position(Role::Length) {
            continue;
        }
        let price = PLAIN.cost(import.operation).bytes.of(u64::from(u32::MAX));
        let unpaid = case.expected == Some(Fault::OutOfTicks);
        assert_eq!(price > case.ticks, unpaid, "{}", case.name());
        assert!(case.ticks <= limits::INJECTED_TICKS);
    }
}
