//! Ways of carrying out the same scenario that must come to the same.
//!
//! Enters: a scenario that was played. Leaves: whether another way comes to the same, and if not, where it
//! first does not. Refuses to know: why there are several ways.

use super::chance::Chance;
use crate::{
    activation::{
        Metering, Programs,
        watch::{Account, Event, Observer},
    },
    oracle::{
        compare::{self, divergence},
        conform::{
            case::Case,
            report::{CaseReport, Verdict},
        },
        draft::{Prepared, carried},
        level::Levels,
        vector::{
            carry::{Carried, Manner, carry},
            result::{Form, result},
        },
    },
    scenario::{
        Scenario,
        play::{Did, Played, Player, Settings, play_watched, play_with},
    },
    state::{
        hash::Hash,
        identity::ActorId,
        keep::{InMemory, KeepError},
        message::Envelope,
    },
    world::{
        order::Order,
        record::Record,
        watch::{Begun, Onlooker, Watch},
    },
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// A way that is not the usual one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// Every activation exactly, none fast first.
    Exact,
    /// With somebody told of every instruction.
    Watched,
    /// The actors in another order, among those that are legal (`TIME-7`).
    Shuffled,
    /// Suspended somewhere, and resumed from what was saved (`STATE-11`).
    Resumed,
    /// From the vector of the scenario.
    Vector,
}

/// What each actor did, in the order in which it did it.
type ByActor<'p> = BTreeMap<ActorId, Vec<&'p Record>>;

/// What must not depend on the way.
#[derive(PartialEq)]
struct Upshot<'p> {
    steps: Vec<(u64, Hash, ByActor<'p>)>,
    /// By probe, the envelopes.
    arrivals: BTreeMap<ActorId, Vec<Hash>>,
}

impl Upshot<'_> {
    fn of(played: &Played) -> Upshot<'_> {
        let steps = played.steps.iter();
        let steps = steps.map(|step| (step.time, step.root, by_actor(&step.records)));
        let arrivals = played.arrivals.iter();
        Upshot {
            steps: steps.collect(),
            arrivals: arrivals
                .map(|(probe, all)| (probe, all.iter().map(Envelope::object_id).collect()))
                .collect(),
        }
    }
}

fn by_actor(records: &[Record]) -> ByActor<'_> {
    let mut by_actor = ByActor::new();
    for record in records {
        by_actor.entry(record.actor).or_default().push(record);
    }
    by_actor
}

/// Is told everything, and does nothing with it.
struct Indifferent;

impl Observer for Indifferent {
    fn event(&mut self, _: Event<'_>, _: Account) {}
}

impl Onlooker for Indifferent {
    fn begin(&mut self, _: &Begun) {}
    fn end(&mut self, _: &Record) {}
}

impl Way {
    /// Every way; a case is held against each of those that were asked for, in this order.
    pub const ALL: [Way; 5] = [
        Way::Exact,
        Way::Watched,
        Way::Shuffled,
        Way::Resumed,
        Way::Vector,
    ];

    /// What operators call it.
    pub const fn name(self) -> &'static str {
        match self {
            Way::Exact => "exact",
            Way::Watched => "watched",
            Way::Shuffled => "shuffled",
            Way::Resumed => "resumed",
            Way::Vector => "vector",
        }
    }

    /// The way that operators call so.
    pub fn from_name(name: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|way| way.name() == name)
    }

    /// Carries out a scenario in this way; a vector is another's to carry out.
    fn play(self, prepared: &Prepared) -> Option<Played> {
        let scenario = &prepared.scenario;
        let plan = &scenario.plan;
        match self {
            Way::Exact => {
                let settings = Settings {
                    metering: Metering::ExactOnly,
                    ..Settings::default()
                };
                Some(play_with(plan, &mut Order::Canonical, settings))
            }
            Way::Watched => {
                let onlooker = Arc::new(Mutex::new(Indifferent));
                let watch = Watch {
                    onlooker,
                    marks: true,
                };
                Some(play_watched(
                    plan,
                    &mut Order::Canonical,
                    watch,
                    &mut |_| {},
                ))
            }
            Way::Shuffled => {
                let mut chance = Chance::new(plan.steps.len() as u64);
                let mut choose = |count: usize| chance.below(count);
                let order = &mut Order::Any(&mut choose);
                Some(play_with(plan, order, Settings::default()))
            }
            Way::Resumed => {
                let steps = prepared.played.steps.iter();
                let activations: usize = steps.map(|step| step.records.len()).sum();
                let after = Chance::new(activations as u64).below(activations + 1);
                let resumed = play_resumed(scenario, after);
                Some(resumed.unwrap_or_else(|why| panic!("what was saved can be loaded: {why}")))
            }
            Way::Vector => None,
        }
    }

    /// Whether this way comes to the same as the usual one; if not, what it comes to.
    fn differing(self, prepared: &Prepared) -> Option<Played> {
        let played = self.play(prepared)?;
        (Upshot::of(&played) != Upshot::of(&prepared.played)).then_some(played)
    }
}

/// Suspends a scenario after so many activations, and lets another player go on from what was saved.
fn play_resumed(scenario: &Scenario, after: usize) -> Result<Played, KeepError> {
    let settings = Settings::default();
    let order = &mut Order::Canonical;
    let mut player = Player::new(&scenario.plan, settings);
    while player.activations() < after && player.go_on(order) != Did::Nothing {}
    let mut keep = InMemory::default();
    let saved = scenario.suspend(&player, &mut keep)?;
    let mut other = scenario.resume(&keep, saved, settings, Programs::default())?;
    other.play(order);
    Ok(other.into_played())
}

/// Holds a scenario to these ways: a report, and how many results were the same.
pub fn hold(ways: &[Way], prepared: Prepared) -> (Case, CaseReport) {
    let differing = ways
        .iter()
        .find_map(|way| Some((*way, way.differing(&prepared)?)));
    let case = prepared.case();
    let mut report = CaseReport::new(&case.vector);
    let (way, other): (Way, Carried) = match differing {
        Some((way, played)) => (way, carried(played)),
        None if ways.contains(&Way::Vector) => {
            let manner = Manner {
                roots: true,
                ..Manner::default()
            };
            match carry(&case.vector, &manner, &mut Order::Canonical) {
                Ok(carried) => (Way::Vector, carried),
                Err(why) => {
                    report.verdict = Verdict::BrokenAnswer;
                    report.why = format!("as a vector: {why}");
                    return (case, report);
                }
            }
        }
        None => {
            report.verdict = Verdict::Pass;
            report.compared.insert("ways".to_owned(), ways.len() as u64);
            return (case, report);
        }
    };
    let found = result(&case.vector, &other, Levels::OF_A_VECTOR, Form::Short);
    let comparison = compare::compare(&case.expected, &found, Levels::OF_A_VECTOR);
    report.compare_counts(&comparison);
    if comparison.differences.is_empty() && way == Way::Vector {
        report.verdict = Verdict::Pass;
        return (case, report);
    }
    report.verdict = Verdict::Fail;
    report.why = format!("carried out in the way called {}", way.name());
    if comparison.differences.is_empty() {
        report.why += ", something differs that no result tells (a refusal, or unrecorded calls)";
    }
    let found = result(&case.vector, &other, Levels::OF_A_VECTOR, Form::Full);
    let expected = case
        .expected_in_full()
        .unwrap_or_else(|| case.expected.clone());
    if let Some(first) = divergence::first(&expected, &found) {
        let names = case.vector.names.iter();
        let names = names.map(|(id, name)| (id.0.to_string(), name.clone()));
        report.first = first.text(&names.collect());
        report.divergence = Some(first.to_json());
    }
    let comparison = compare::compare(&expected, &found, Levels::OF_A_VECTOR);
    report.set_differences(&comparison.differences);
    report.expected = Some(expected);
    report.found = Some(found);
    (case, report)
}
