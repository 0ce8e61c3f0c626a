//! What moved between two accounts.
//!
//! Enters: an old and a new account of the same kind. Leaves: what moved, and whether it moved by
//! more than is tolerated. Refuses to know: why.

use super::{
    account::{Account, Parts},
    table,
};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// How far something may move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tolerance {
    /// So many ticks.
    Ticks(u64),
    /// Of what it was before, in millionths.
    Share(u64),
}

impl Tolerance {
    fn allows(self, old: u64, new: u64) -> bool {
        let moved = old.abs_diff(new);
        match self {
            Tolerance::Ticks(ticks) => moved <= ticks,
            Tolerance::Share(share) => {
                u128::from(moved) * 1_000_000 <= u128::from(share) * u128::from(old)
            }
        }
    }
}

impl FromStr for Tolerance {
    type Err = String;

    fn from_str(text: &str) -> Result<Tolerance, String> {
        let wrong = || {
            format!(
                "expected ticks (`100`) or percent with at most 4 decimals (`2%`, `0.5%`), \
                 found `{text}`"
            )
        };
        let number = |digits: &str| match digits.bytes().all(|byte| byte.is_ascii_digit()) {
            true => digits.parse::<u64>().map_err(|_| wrong()),
            false => Err(wrong()),
        };
        let Some(percent) = text.strip_suffix('%') else {
            return Ok(Tolerance::Ticks(number(text)?));
        };
        let (whole, decimals) = percent.split_once('.').unwrap_or((percent, "0"));
        if decimals.is_empty() || decimals.len() > 4 {
            return Err(wrong());
        }
        let decimals = number(&format!("{decimals:0<4}"))?;
        let whole = number(whole)?.checked_mul(10_000).ok_or_else(wrong)?;
        whole
            .checked_add(decimals)
            .map(Tolerance::Share)
            .ok_or_else(wrong)
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tolerance::Ticks(ticks) => write!(f, "{ticks} ticks"),
            Tolerance::Share(share) => {
                let (whole, decimals) = (share / 10_000, share % 10_000);
                let decimals = format!("{decimals:04}");
                match decimals.trim_end_matches('0') {
                    "" => write!(f, "{whole} %"),
                    some => write!(f, "{whole}.{some} %"),
                }
            }
        }
    }
}

/// What something came to before and after; none where it was not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Move {
    /// Ticks before.
    pub old: Option<u64>,
    /// Ticks after.
    pub new: Option<u64>,
}

impl Move {
    fn ends(self) -> [u64; 2] {
        [self.old, self.new].map(Option::unwrap_or_default)
    }

    fn happened(self) -> bool {
        self.old != self.new
    }

    fn is_allowed(self, tolerance: Tolerance) -> bool {
        let [old, new] = self.ends();
        tolerance.allows(old, new)
    }

    fn cells(self, name: String) -> Vec<String> {
        let [old, new] = self.ends();
        let moved = old.abs_diff(new);
        let sign = if new < old { '-' } else { '+' };
        let percent = match (self.old, self.new) {
            (None, _) => "added".to_owned(),
            (_, None) => "removed".to_owned(),
            (Some(0), _) => String::new(),
            _ => {
                let share = u128::from(moved) * 10_000 / u128::from(old);
                format!("{sign}{}.{:02} %", share / 100, share % 100)
            }
        };
        let shown = |ticks: Option<u64>| ticks.map_or("-".to_owned(), |ticks| ticks.to_string());
        let (old, new) = (shown(self.old), shown(self.new));
        vec![name, old, new, format!("{sign}{moved}"), percent]
    }
}

/// What moved between two accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// All ticks.
    pub total: Move,
    /// By what they were spent on.
    pub parts: Vec<(&'static str, Move)>,
    /// By the actor's name.
    pub actors: BTreeMap<String, Move>,
    /// What functions and imports spend themselves, by module and name.
    pub functions: BTreeMap<(String, String), Move>,
}

impl Difference {
    /// Compares what can be compared.
    pub fn between(old: &Account, new: &Account) -> Result<Difference, String> {
        let kinds = [old, new].map(|account| account.subject.word());
        for (what, [old, new]) in [
            ("subject", kinds),
            ("dialect", [&old.dialect, &new.dialect].map(String::as_str)),
            (
                "schedule",
                [&old.schedule, &new.schedule].map(String::as_str),
            ),
        ] {
            if old != new {
                return Err(format!(
                    "expected results of one {what}, found {old} and {new}"
                ));
            }
        }
        let whole = |old, new| Move {
            old: Some(old),
            new: Some(new),
        };
        let parts = old.parts.values().into_iter().zip(new.parts.values());
        let parts = Parts::NAMES.iter().zip(parts);
        let actors = |account: &Account| {
            let rows = account.actors.iter();
            rows.map(|row| (row.actor.clone(), row.spent)).collect()
        };
        Ok(Difference {
            total: whole(old.spent, new.spent),
            parts: parts
                .map(|(name, (old, new))| (*name, whole(old, new)))
                .collect(),
            actors: moves(actors(old), actors(new)),
            functions: moves(own(old), own(new)),
        })
    }

    /// Whether nothing moved further than tolerated: the total, and each function if asked for.
    pub fn is_allowed(&self, tolerance: Tolerance, per_function: bool) -> bool {
        let mut functions = self.functions.values();
        let are_allowed = !per_function || functions.all(|it| it.is_allowed(tolerance));
        self.total.is_allowed(tolerance) && are_allowed
    }

    /// What moved, for people.
    pub fn print(&self) -> String {
        let head = || table::head(&["", "old", "new", "change", ""]);
        let total = vec![head(), self.total.cells("ticks".to_owned())];
        let mut out = table::section("total", &total).trim_start().to_owned();
        let mut list = |title: &str, moved: Vec<(String, Move)>| {
            let mut rows = vec![head()];
            let moved = moved.into_iter().filter(|(_, it)| it.happened());
            rows.extend(moved.map(|(name, it)| it.cells(name)));
            if rows.len() > 1 {
                out += &table::section(title, &rows);
            }
        };
        let parts = self.parts.iter();
        list(
            "parts",
            parts.map(|(name, it)| ((*name).to_owned(), *it)).collect(),
        );
        let actors = self.actors.iter();
        list(
            "actors",
            actors.map(|(name, it)| (name.clone(), *it)).collect(),
        );
        let functions = self.functions.iter();
        let functions = functions.map(|((module, name), it)| (format!("{module}: {name}"), *it));
        list("functions, without what they call", functions.collect());
        out
    }
}

/// What every function spends itself. Modules of one name may have functions of one name.
fn own(account: &Account) -> BTreeMap<(String, String), u64> {
    let mut own = BTreeMap::new();
    for row in &account.functions {
        *own.entry((row.module.clone(), row.name.clone()))
            .or_default() += row.own;
    }
    own
}

fn moves<K: Ord>(old: BTreeMap<K, u64>, new: BTreeMap<K, u64>) -> BTreeMap<K, Move> {
    let mut moves: BTreeMap<K, Move> = BTreeMap::new();
    for (key, ticks) in old {
        moves.entry(key).or_default().old = Some(ticks);
    }
    for (key, ticks) in new {
        moves.entry(key).or_default().new = Some(ticks);
    }
    moves
}
