//! The rules that the specification states, by name.
//!
//! Enters: `docs/spec.md`, as this program was built with it. Leaves: names. Refuses to know: what the
//! rules say.

use std::{collections::BTreeSet, sync::LazyLock};

/// The rules, in the order in which they stand.
pub static STATED: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let lines = include_str!("../docs/spec.md").lines();
    let names = lines.filter_map(|line| Some(line.strip_prefix("- **")?.split_once("**")?.0));
    names.collect()
});

/// Whether the specification states a rule of this name.
pub fn is_stated(name: &str) -> bool {
    STATED.contains(&name)
}

/// The greatest number of a family of rules, or all families if there is no such family, in words.
pub fn near(name: &str) -> String {
    let family = |name: &'static str| name.split_once('-').expect("it has a number");
    let wanted = name.split_once('-').map_or(name, |(family, _)| family);
    let families = || STATED.iter().copied().map(family);
    let numbers = families().filter(|(family, _)| *family == wanted);
    let numbers = numbers.map(|(_, number)| number.parse::<u32>().expect("it is a number"));
    match numbers.max() {
        Some(last) => format!("docs/spec.md has {wanted}-1 to {wanted}-{last}"),
        None => {
            let families: BTreeSet<&str> = families().map(|(family, _)| family).collect();
            let families: Vec<&str> = families.into_iter().collect();
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
        assert!(STATED.len() > 150);
        assert!(near("MSG-99").starts_with("docs/spec.md has MSG-1 to MSG-1"));
        assert!(near("XYZ-1").starts_with("docs/spec.md has rules ACTOR, ARG, CAP, "));
    }
}
