//! The five dialects, and what tells them apart beside their rows.
//!
//! Enters: nothing. Leaves: `Dialect`. Refuses to know: the rows.

/// One of the five interfaces. A world runs one dialect (`DIAL-1`).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize,
)]
pub enum Dialect {
    /// Document 000: channels and ports, camelCase.
    PortsCamel,
    /// Document 001: the same in snake_case.
    PortsSnake,
    /// Document 002: storage, messages, capabilities, actors, ticks.
    Capabilities,
    /// Programs written for the first implementation's ports.
    LegacyPorts,
    /// Programs written for the first implementation's capabilities.
    LegacyCapabilities,
}

impl Dialect {
    /// Every dialect, in the order of the documents.
    pub const ALL: &'static [Dialect] = &[
        Dialect::PortsCamel,
        Dialect::PortsSnake,
        Dialect::Capabilities,
        Dialect::LegacyPorts,
        Dialect::LegacyCapabilities,
    ];

    /// The name as it stands in scenarios and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::PortsCamel => "ports-camel",
            Dialect::PortsSnake => "ports-snake",
            Dialect::Capabilities => "capabilities",
            Dialect::LegacyPorts => "legacy-ports",
            Dialect::LegacyCapabilities => "legacy-capabilities",
        }
    }

    /// The dialect of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Dialect> {
        Dialect::ALL
            .iter()
            .copied()
            .find(|dialect| dialect.name() == name)
    }

    /// Whether messages carry ports (and actors bind them) rather than capabilities.
    pub const fn has_ports(self) -> bool {
        matches!(
            self,
            Dialect::PortsCamel | Dialect::PortsSnake | Dialect::LegacyPorts
        )
    }

    /// Whether programs were written for the first implementation.
    pub const fn is_legacy(self) -> bool {
        matches!(self, Dialect::LegacyPorts | Dialect::LegacyCapabilities)
    }

    /// The module name that imports come from; none where any name will do.
    pub const fn import_module(self) -> Option<&'static str> {
        if self.is_legacy() { None } else { Some("env") }
    }
}
