//! Deliberate faults, to show that what holds a VM to the rules notices when one is broken.
//!
//! Enters: the name of a deviation. Leaves: whether the VM is to deviate at a place. Refuses to know: what the
//! places do.
//!
//! Each deviation breaks one rule in one place, and none is ever on unless the crate was built with the feature `faults`
//! and a target was started with `--fault NAME`. Without the feature, [`deviates`] is a constant, and
//! nothing is left of the places that ask it.

mod list;

pub use list::Deviation;

/// Whether the VM follows the rules in everything.
#[cfg(not(feature = "faults"))]
pub const fn is_faithful() -> bool {
    true
}

/// Whether the VM deviates in this way.
#[cfg(not(feature = "faults"))]
pub const fn deviates(_: Deviation) -> bool {
    false
}

#[cfg(not(feature = "faults"))]
const _: () = assert!(is_faithful() && !deviates(Deviation::LastTickRefused));

#[cfg(feature = "faults")]
pub use chosen::{deviates, is_faithful};

/// The one deviation of a process.
#[cfg(feature = "faults")]
mod chosen {
    use super::Deviation;
    use std::sync::OnceLock;

    static CHOSEN: OnceLock<Deviation> = OnceLock::new();

    impl Deviation {
        /// The deviation of that name, if there is one.
        pub fn from_name(name: &str) -> Option<Deviation> {
            let mut all = Deviation::ALL.iter().copied();
            all.find(|deviation| deviation.name() == name)
        }

        /// Has this process deviate from now on. Nothing may have been carried out yet: much is remembered.
        pub fn choose(self) {
            let chosen = CHOSEN.set(self);
            chosen.expect("a process deviates in one way");
        }
    }

    /// Whether the VM follows the rules in everything.
    pub fn is_faithful() -> bool {
        CHOSEN.get().is_none()
    }

    /// Whether the VM deviates in this way.
    pub fn deviates(deviation: Deviation) -> bool {
        CHOSEN.get() == Some(&deviation)
    }
}
