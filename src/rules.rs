//! The rules that the specification states, by name.
//!
//! Enters: `docs/spec.md`, as this program was built with it. Leaves: names. Refuses to know: what the
//! rules say.

use std::{collections::BTreeMap, sync::LazyLock};

/// The numbers of the rules, by family.
static STATED: LazyLock<BTreeMap<&str, Vec<u32>>> = LazyLock::new(|| {
    let mut families: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let lines = include_str!("../docs/spec.md").lines();
    let names = lines.filter_map(|line| Some(line.strip_prefix("- **")?.split_once("**")?.0));
    for (family, number) in names.filter_map(|name| name.split_once('-')) {
        let number = number.parse().expect("the name of a rule ends in a number");
        families.entry(family).or_default().push(number);
    }
    families
});

/// Whether the specification states a rule of this name.
pub fn is_stated(name: &str) -> bool {
    name.split_once('-').is_some_and(|(family, number)| {
        let numbers = STATED.get(family).map_or(&[][..], Vec::as_slice);
        numbers.iter().any(|one| one.to_string() == number)
    })
}

/// The greatest number of a family of rules, or all families if there is no such family, in words.
pub fn near(name: &str) -> String {
    let family = name.split_once('-').map_or(name, |(family, _)| family);
    match STATED.get(family).and_then(|numbers| numbers.iter().max()) {
        Some(last) => format!("docs/spec.md has {family}-1 to {family}-{last}"),
        None => {
            let families: Vec<&str> = STATED.keys().copied().collect();
            format!("docs/spec.md has rules {}", families.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_specification() {
        for name in ["MSG-2", "OUT-12", "TICK-17"] {
            assert!(is_stated(name), "{name}");
        }
        for name in ["MSG-02", "MSG-", "MSG", "MSG-99", "XYZ-1", "msg-2", ""] {
            assert!(!is_stated(name), "{name}");
        }
        let families = STATED.values();
        assert!(families.map(Vec::len).sum::<usize>() > 150);
        assert!(near("MSG-99").starts_with("docs/spec.md has MSG-1 to MSG-1"));
        assert!(near("XYZ-1").starts_with("docs/spec.md has rules ACTOR, ARG, CAP, "));
    }
}
