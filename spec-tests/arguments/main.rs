//! The generated calls: every import of every dialect, with good arguments and in every way wrong.
//!
//! Enters: the cases that the import table gives. Leaves: one trial a case. Refuses to know: how
//! cases are made.
//!
//! Rules tested here: ARG-1, ARG-2, ARG-3, ARG-4, ARG-5, ARG-6, ARG-7, ARG-8, REF-4, RUN-5, DIAL-1,
//! DIAL-4, DIAL-5.

use libtest_mimic::{Arguments, Failed, Trial};
use primea::{
    fault::Fault,
    interface::cases::{self, BadCase},
    module::schedule::PLAIN,
    state::message::Message,
    world::{World, order::Order, record::Record},
};

/// How long time-outs are awaited: the greatest of all, which takes 2^32 ticks, is not to come.
const NEAR: u64 = 1_000_000;

/// Creates an actor from the case's guest, and lets everything happen that follows.
fn happen(case: &BadCase) -> Result<Vec<Record>, Failed> {
    let module = wat::parse_str(&case.module_wat)?;
    let mut world = World::new(case.dialect, PLAIN);
    world.create(Message::of_data(module), case.ticks);
    let mut records = world.settle(&mut Order::Canonical)?;
    let horizon = world.time() + NEAR;
    records.extend(world.advance(horizon, &mut Order::Canonical)?);
    let checked = world.check();
    checked.unwrap_or_else(|violation| panic!("{violation}"));
    Ok(records)
}

fn run(case: &BadCase) -> Result<(), Failed> {
    let records = happen(case)?;
    let faults: Vec<Fault> = records
        .iter()
        .filter_map(|record| record.outcome.err())
        .collect();
    let called = records
        .iter()
        .flat_map(|record| &record.calls)
        .any(|call| call.import == case.import);
    let told = |what: String| Err(format!("{what}\n{records:#?}\n{}", case.module_wat).into());
    if !called {
        return told("expected the import to be called, found that it was not".to_owned());
    }
    if faults != Vec::from_iter(case.expected) {
        return told(format!(
            "expected the faults {:?}, found {faults:?}",
            case.expected
        ));
    }
    Ok(())
}

fn main() {
    let arguments = Arguments::from_args();
    let trials = cases::all()
        .map(|case| Trial::test(format!("arguments::{}", case.name()), move || run(&case)))
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}
