//! Whether messages are what was expected of them.
//!
//! Enters: what is expected of messages, and those that came or are stored. Leaves: a problem for
//! everything that differs. Refuses to know: where the messages are.

use super::{SHOWN_ITEMS, number};
use crate::{
    scenario::{
        plan::{CapabilityPattern, ExpectedArrivals, Pattern, ReceivedPattern, ResponsePattern},
        problem::{At, Problem},
    },
    state::message::{Envelope, Message},
    trace::{names::Names, text},
};

/// What is expected to have reached a probe.
pub fn arrivals(
    expected: &At<ExpectedArrivals>,
    found: &[Envelope],
    names: impl Fn() -> Names,
) -> Vec<Problem> {
    let other_count = |wanted: u64| {
        let names = names();
        let list = text::list(found.iter().take(SHOWN_ITEMS).map(|one| brief(one, &names)));
        let wanted = text::count(wanted, "message");
        let message = format!("expected {wanted}, found {}: {list}", found.len());
        vec![Problem::new(expected.place, message)]
    };
    match &expected.value {
        ExpectedArrivals::Count(number) if *number == found.len() as u64 => Vec::new(),
        ExpectedArrivals::Count(number) => other_count(*number),
        ExpectedArrivals::These(patterns) if patterns.len() != found.len() => {
            other_count(patterns.len() as u64)
        }
        ExpectedArrivals::These(patterns) => {
            let pairs = patterns.iter().zip(found);
            pairs
                .flat_map(|(pattern, envelope)| received(pattern, envelope, &names))
                .collect()
        }
    }
}

/// A message in a few words.
fn brief(envelope: &Envelope, names: &Names) -> String {
    let data = text::data(envelope.message.data.bytes());
    format!("{data} from {}", names.actor(envelope.position.sender))
}

fn received(
    expected: &ReceivedPattern,
    found: &Envelope,
    names: &impl Fn() -> Names,
) -> Vec<Problem> {
    let mut wrong = pattern(&expected.pattern, &found.message, names);
    if let Some(from) = expected
        .from
        .as_ref()
        .filter(|from| from.value != found.position.sender)
    {
        let names = names();
        let (expected, found) = (names.actor(from.value), names.actor(found.position.sender));
        let message = format!("expected a message from `{expected}`, found one from `{found}`");
        wrong.push(Problem::new(from.place, message));
    }
    wrong.extend(number(
        "the tag",
        expected.tag.as_ref(),
        u64::from(found.tag),
    ));
    wrong.extend(number(
        "the message's ticks",
        expected.ticks.as_ref(),
        found.ticks,
    ));
    wrong.extend(number(
        "the stamp",
        expected.stamp.as_ref(),
        found.position.stamp,
    ));
    wrong.extend(number(
        "the send number",
        expected.number.as_ref(),
        found.position.number,
    ));
    wrong
}

pub(super) fn pattern(
    expected: &Pattern,
    found: &Message,
    names: &impl Fn() -> Names,
) -> Vec<Problem> {
    let mut wrong = Vec::new();
    if let Some(data) = expected
        .data
        .as_ref()
        .filter(|data| data.as_slice() != found.data.bytes())
    {
        let (expected_data, found_data) = (text::data(data), text::data(found.data.bytes()));
        let message = format!("expected the data {expected_data}, found {found_data}");
        wrong.push(Problem::new(expected.place, message));
    }
    match &expected.capabilities {
        None => {}
        Some(CapabilityPattern::Count(count)) => {
            let found = found.capabilities().len() as u64;
            wrong.extend(number("the number of capabilities", Some(count), found));
        }
        Some(CapabilityPattern::These(these)) if these.value == found.capabilities() => {}
        Some(CapabilityPattern::These(these)) => {
            let names = names();
            let list = |all: &[_]| text::list(all.iter().map(|one| names.capability(*one)));
            let (expected, found) = (list(&these.value), list(found.capabilities()));
            let message = format!("expected the capabilities {expected}; found {found}");
            wrong.push(Problem::new(these.place, message));
        }
    }
    wrong.extend(number(
        "the number of ports",
        expected.ports.as_ref(),
        found.ports().len() as u64,
    ));
    let (place, as_expected, wanted) = match &expected.response {
        None => return wrong,
        Some(ResponsePattern::Given(given)) => {
            let wanted = if given.value {
                "a response capability"
            } else {
                "no response capability"
            };
            (
                given.place,
                given.value == found.response().is_some(),
                wanted.to_owned(),
            )
        }
        Some(ResponsePattern::This(this)) => {
            let wanted = format!("the response capability {}", names().capability(this.value));
            (this.place, found.response() == Some(this.value), wanted)
        }
    };
    if !as_expected {
        let found = found
            .response()
            .map_or("none".to_owned(), |found| names().capability(found));
        wrong.push(Problem::new(
            place,
            format!("expected {wanted}, found {found}"),
        ));
    }
    wrong
}
