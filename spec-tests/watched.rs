//! Whoever watches changes nothing: a scenario comes to the same end while every instruction of
//! it is accounted for, and the accounts agree.
//!
//! Enters: a scenario. Leaves: nothing, or what watching changed. Refuses to know: how accounts
//! are printed.
//!
//! Rules tested here: TRACE-2.

use crate::load;
use libtest_mimic::Failed;
use primea::{
    activation::watch::listening,
    report::ticks::{Account, Profile, account::Subject},
    scenario::{
        files::File,
        play::{play, play_watched},
    },
    trace::{golden, names::Names},
    world::{order::Order, watch::Watch},
};
use std::sync::{Arc, Mutex};

pub fn check(file: &File) -> Result<(), Failed> {
    let scenario = load(file)?;
    let plan = &scenario.plan;
    let alone = play(plan, &mut Order::Canonical);
    let profile = Arc::new(Mutex::new(Profile::new(plan.schedule.clone())));
    let watch = Watch {
        onlooker: profile.clone(),
        marks: true,
    };
    let mut steps = Vec::new();
    let watched = play_watched(plan, &mut Order::Canonical, watch, &mut |step| {
        steps.push((step.index, step.root));
    });
    assert_eq!(
        golden::snapshot(plan, &alone),
        golden::snapshot(plan, &watched),
        "the snapshots"
    );
    for (alone, watched) in alone.steps.iter().zip(&watched.steps) {
        assert_eq!(alone.records, watched.records, "the records");
    }
    let roots: Vec<_> = alone
        .steps
        .iter()
        .map(|step| (step.index, step.root))
        .collect();
    assert_eq!(roots, steps, "the steps that were told");
    let names = Names::of(plan, &watched.world);
    let profile = listening(&profile);
    let account = Account::of(&profile, Subject::Scenario, plan.dialect, &names, true)?;
    assert_eq!(account.spent, alone.world.ledger().spent, "all ticks");
    assert_eq!(Account::from_json(&account.to_json()), Ok(account));
    Ok(())
}
