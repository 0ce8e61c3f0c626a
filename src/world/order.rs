//! Which actor goes next (`TIME-6`, `TIME-7`).
//!
//! Enters: what every actor would do next. Leaves: a choice. Refuses to know: what is done.

use super::actor::{Deed, Next};
use crate::state::identity::ActorId;

/// How the next actor is chosen.
pub enum Order<'a> {
    /// The least start, then the least id.
    Canonical,
    /// Any legal choice: given how many there are, says which. For tests: the results must not differ.
    Any(&'a mut dyn FnMut(usize) -> usize),
}

/// Of all that could be done next, what may be done next without anybody being able to tell, for
/// a world that is settled once no deadline is at or before `time` (`OUT-6`).
pub fn legal(plans: &[(ActorId, Next)], addressed_until: u64, time: u64) -> Vec<ActorId> {
    // Time-outs after this are not part of the step.
    let horizon = plans
        .iter()
        .filter(|(_, next)| next.deed != Deed::TimeOut)
        .map(|(_, next)| next.start)
        .fold(time.max(addressed_until), u64::max);
    let may_go = |at: usize| {
        let (_, next) = &plans[at];
        let others = plans.iter().enumerate().filter(|(other, _)| *other != at);
        let nothing_can_precede = others
            .map(|(_, (_, other))| other.start)
            .all(|start| start >= next.stamp);
        nothing_can_precede && (next.deed != Deed::TimeOut || next.start <= horizon)
    };
    (0..plans.len())
        .filter(|at| may_go(*at))
        .map(|at| plans[at].0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(count: u64, deed: Deed, stamp: u64, start: u64) -> (ActorId, Next) {
        (ActorId::OUTSIDE.child(count), Next { deed, start, stamp })
    }

    #[test]
    fn what_could_still_be_preceded_must_wait() {
        let busy = plan(0, Deed::Message, 5, 90);
        let later = plan(1, Deed::Message, 50, 50);
        // Whoever starts at 50 can send what is stamped 51, after 5; but 50 < 90.
        assert_eq!(legal(&[busy, later], 0, 0), [busy.0, later.0]);
        let latest = plan(2, Deed::Message, 60, 60);
        assert_eq!(legal(&[busy, later, latest], 0, 0), [busy.0, later.0]);
    }

    #[test]
    fn time_outs_beyond_the_step_stay() {
        let sleeper = plan(0, Deed::TimeOut, 100, 100);
        assert_eq!(legal(&[sleeper], 0, 99), []);
        assert_eq!(legal(&[sleeper], 0, 100), [sleeper.0]);
        assert_eq!(legal(&[sleeper], 100, 0), [sleeper.0]);
        let other = plan(1, Deed::Message, 100, 120);
        assert_eq!(legal(&[sleeper, other], 0, 0), [sleeper.0, other.0]);
    }
}
