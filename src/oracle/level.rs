//! How deep two results are compared.
//!
//! Enters: names. Leaves: levels, and sets of them that hang together. Refuses to know: values.

/// A level: every value of a result belongs to one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// How each activation ended, and what arrived.
    Outcomes,
    /// Numbers of ticks, and times.
    Ticks,
    /// State roots (`STATE-11`).
    Roots,
    /// What happened at the border between guest and host.
    Events,
    /// The state itself.
    State,
    /// Every instruction.
    Instructions,
}

impl Level {
    /// All levels, in the order of the documentation.
    pub const ALL: [Level; 6] = [
        Level::Outcomes,
        Level::Ticks,
        Level::Roots,
        Level::Events,
        Level::State,
        Level::Instructions,
    ];

    /// The word for it in the protocol and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Outcomes => "outcomes",
            Level::Ticks => "ticks",
            Level::Roots => "roots",
            Level::Events => "events",
            Level::State => "state",
            Level::Instructions => "instructions",
        }
    }

    /// The level of that name.
    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }

    /// What cannot be told without telling these too.
    const fn needs(self) -> &'static [Level] {
        match self {
            Level::Ticks | Level::Roots => &[Level::Outcomes],
            Level::Events | Level::Instructions => &[Level::Outcomes, Level::Ticks],
            Level::Outcomes | Level::State => &[],
        }
    }
}

/// A set of levels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Levels(u8);

impl Levels {
    /// All that a vector says.
    pub const OF_A_VECTOR: Levels = Levels(0b1_1111);
    /// That, and the instructions, which follow from it.
    pub const ALL: Levels = Levels(0b11_1111);

    /// Whether the level is among them.
    pub const fn has(self, level: Level) -> bool {
        self.0 & (1 << level as u8) != 0
    }

    /// These, and this level.
    pub const fn with(self, level: Level) -> Levels {
        Levels(self.0 | 1 << level as u8)
    }

    /// These, without this level.
    pub const fn without(self, level: Level) -> Levels {
        Levels(self.0 & !(1 << level as u8))
    }

    /// The levels that are in both.
    pub const fn both(self, other: Levels) -> Levels {
        Levels(self.0 & other.0)
    }

    /// Whether there is no level among them.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the order of [`Level::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Level> {
        Level::ALL.into_iter().filter(move |level| self.has(*level))
    }

    /// These levels and all that they need.
    pub fn closed(self) -> Levels {
        let needed = self.iter().flat_map(|level| level.needs());
        needed.fold(self, |levels, level| levels.with(*level))
    }

    /// Whether anything is told step by step.
    pub fn has_steps(self) -> bool {
        !self.without(Level::State).is_empty()
    }

    /// Their names, in the same order.
    pub fn names(self) -> Vec<&'static str> {
        self.iter().map(Level::name).collect()
    }

    /// The levels of these names, none of which may lack one that it needs.
    pub fn from_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Levels, String> {
        let mut levels = Levels::default();
        for name in names {
            let level = Level::from_name(name).ok_or_else(|| {
                let known: Vec<_> = Level::ALL.iter().map(|level| level.name()).collect();
                format!("expected one of {}, found \"{name}\"", known.join(", "))
            })?;
            levels = levels.with(level);
        }
        if levels.is_empty() {
            return Err("expected at least one level, found none".to_owned());
        }
        match levels.closed() {
            closed if closed == levels => Ok(levels),
            closed => Err(format!(
                "expected with {} all that they need, {}",
                levels.names().join(", "),
                closed.names().join(", ")
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_bring_what_they_need() {
        assert_eq!(
            Levels::from_names(["state"]).map(Levels::names),
            Ok(vec!["state"])
        );
        assert!(Levels::from_names(["ticks"]).is_err());
        assert!(Levels::from_names([]).is_err());
        assert!(Levels::from_names(["tocks"]).is_err());
        let events = Levels::default().with(Level::Events).closed();
        assert_eq!(events.names(), ["outcomes", "ticks", "events"]);
        assert!(!Levels::OF_A_VECTOR.has(Level::Instructions));
        assert_eq!(Levels::OF_A_VECTOR.iter().count(), 5);
        assert_eq!(Levels::ALL.iter().count(), Level::ALL.len());
        assert_eq!(
            Levels::ALL.without(Level::Instructions),
            Levels::OF_A_VECTOR
        );
        assert!(Levels::from_names(["outcomes", "instructions"]).is_err());
    }
}
