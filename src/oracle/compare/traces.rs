//! The first difference between two traces, actor by actor.
//!
//! Enters: two traces (`docs/trace.md`). Leaves: where what an actor does first differs; or that only the
//! order differs in which different actors were active, which is nobody's business (`TIME-7`). Refuses to
//! know: which of them is right, and keys and events that the format does not have.

#[cfg(test)]
mod tests;

use super::{brief, files::Finding};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What the format has, and a comparison goes by: neither the number of an activation, which depends on the
/// order of others, nor what is there for readers only.
const KEYS: &[(&str, &[&str])] = &[
    ("begin", &["actor", "entry", "message", "start", "tank"]),
    ("program", &["code"]),
    ("phase", &["phase", "callback", "ticks"]),
    ("instruction", &["function", "offset", "opcode", "ticks"]),
    (
        "import",
        &["import", "arguments", "result", "fault", "before", "after"],
    ),
    (
        "end",
        &[
            "outcome",
            "fault",
            "returned",
            "spent",
            "left",
            "shares",
            "clock",
            "waits-until",
            "root",
            "changed",
        ],
    ),
    ("step", &["step", "time", "root"]),
];

/// What an end tells of the whole state, which others share in: it can be compared as long as the same
/// actors were active in the same order, and where both traces have it.
const SHARED: &[&str] = &["root", "changed"];

/// Lines shown before the first that differs.
const LINES_BEFORE: usize = 3;

/// A line that says something.
struct Line {
    /// From 1.
    number: usize,
    event: &'static str,
    fields: Map<String, Value>,
}

/// What one activation did.
struct Activation {
    actor: String,
    name: Option<String>,
    /// How many steps had ended before it.
    step: usize,
    lines: Vec<Line>,
}

struct Trace {
    head: Map<String, Value>,
    activations: Vec<Activation>,
    steps: Vec<Line>,
}

/// What two traces come to; nothing if one of them is no trace.
pub fn compare(one: &str, other: &str) -> Option<Finding> {
    let (mut one, mut other) = (Trace::read(one)?, Trace::read(other)?);
    for key in ["primea-trace", "dialect", "schedule"] {
        let sides = (&one.head[key], &other.head[key]);
        if sides.0 != sides.1 {
            let (first, second) = (brief(sides.0), brief(sides.1));
            return Some(Finding::Different(format!(
                "the traces are not of the same kind: {key}: first {first}, second {second}\n"
            )));
        }
    }
    let mut note = String::new();
    if one.head["level"] != other.head["level"] {
        note = "one of the traces tells no instructions: they are not compared\n".to_owned();
        one.forget_instructions();
        other.forget_instructions();
    }
    let both_tell = one.tells_state() && other.tells_state();
    let comparable = if both_tell { in_order(&one, &other) } else { 0 };
    one.forget_shared(comparable);
    other.forget_shared(comparable);
    let difference = first_by_actor(&one, &other);
    let step = (0..one.steps.len().max(other.steps.len())).find(|at| {
        let (one, other) = (one.steps.get(*at), other.steps.get(*at));
        one.map(|line| &line.fields) != other.map(|line| &line.fields)
    });
    let text = match (difference, step) {
        (Some(difference), step) if step.is_none_or(|step| difference.step <= step) => {
            difference.text
        }
        (_, Some(at)) => {
            let sides = (one.steps.get(at), other.steps.get(at));
            format!("first difference: the end of step {}\n", at + 1) + &sides_text(sides)
        }
        _ => return Some(order(&one, &other, note)),
    };
    Some(Finding::Different(note + &text))
}

impl Trace {
    fn read(text: &str) -> Option<Trace> {
        let mut lines = (1..).zip(text.lines());
        let (_, head) = lines.next()?;
        let head: Map<String, Value> = serde_json::from_str(head).ok()?;
        let keys = ["primea-trace", "dialect", "schedule", "level"];
        if !keys.iter().all(|key| head.contains_key(*key)) {
            return None;
        }
        let mut trace = Trace {
            head,
            activations: Vec::new(),
            steps: Vec::new(),
        };
        for (number, line) in lines {
            trace.line(number, serde_json::from_str(line).ok()?)?;
        }
        Some(trace)
    }

    fn line(&mut self, number: usize, mut found: Map<String, Value>) -> Option<()> {
        let event = found.get("event")?.as_str()?;
        let Some((event, keys)) = KEYS.iter().find(|(known, _)| *known == event) else {
            // A reader ignores what it does not know.
            return Some(());
        };
        let name = found.get("name").and_then(Value::as_str);
        let name = name.map(str::to_owned);
        let fields = keys.iter().map(|key| {
            let value = found.remove(*key).unwrap_or_default();
            ((*key).to_owned(), value)
        });
        let line = Line {
            number,
            event,
            fields: fields.collect(),
        };
        match *event {
            "step" => self.steps.push(line),
            "begin" => self.activations.push(Activation {
                actor: line.fields["actor"].as_str()?.to_owned(),
                name,
                step: self.steps.len(),
                lines: vec![line],
            }),
            _ => self.activations.last_mut()?.lines.push(line),
        }
        Some(())
    }

    fn forget_instructions(&mut self) {
        for activation in &mut self.activations {
            activation.lines.retain(|line| line.event != "instruction");
        }
    }

    fn ends(&self) -> impl Iterator<Item = &Line> {
        let lines = self.activations.iter().flat_map(|it| &it.lines);
        lines.filter(|line| line.event == "end")
    }

    /// Whether every end tells the state.
    fn tells_state(&self) -> bool {
        self.ends().all(|line| line.fields["root"].is_string())
    }

    /// Forgets what was told of the whole state after the first so many activations.
    fn forget_shared(&mut self, comparable: usize) {
        for line in self.activations[comparable..]
            .iter_mut()
            .flat_map(|it| &mut it.lines)
        {
            line.fields.retain(|key, _| !SHARED.contains(&key.as_str()));
        }
    }

    fn by_actor(&self) -> BTreeMap<&str, Vec<&Activation>> {
        let mut actors: BTreeMap<&str, Vec<&Activation>> = BTreeMap::new();
        for activation in &self.activations {
            actors
                .entry(&activation.actor)
                .or_default()
                .push(activation);
        }
        actors
    }
}

impl Activation {
    fn called(&self) -> String {
        let short = self.actor.get(..8).unwrap_or(&self.actor);
        match &self.name {
            Some(name) => format!("{name} ({short})"),
            None => format!("actor {short}"),
        }
    }

    /// The time at which a line of it happened.
    fn time(&self, line: Option<&Line>) -> u64 {
        let number = |line: &Line, key: &str| line.fields.get(key).and_then(Value::as_u64);
        let begin = &self.lines[0];
        let (start, tank) = (number(begin, "start"), number(begin, "tank"));
        let left = line.and_then(|line| {
            ["ticks", "before"]
                .into_iter()
                .find_map(|key| number(line, key))
        });
        let spent = match (tank, left) {
            (Some(tank), Some(left)) => tank.saturating_sub(left),
            _ => line.and_then(|line| number(line, "spent")).unwrap_or(0),
        };
        start.unwrap_or(0).saturating_add(spent)
    }
}

/// How many activations were in the same order.
fn in_order(one: &Trace, other: &Trace) -> usize {
    let pairs = one.activations.iter().zip(&other.activations);
    pairs
        .take_while(|(one, other)| one.actor == other.actor)
        .count()
}

/// Where an actor first does something else.
struct Difference {
    step: usize,
    time: u64,
    text: String,
}

/// The earliest of the first differences of all actors.
fn first_by_actor(one: &Trace, other: &Trace) -> Option<Difference> {
    let (one, mut other) = (one.by_actor(), other.by_actor());
    let mut all = Vec::new();
    for (actor, activations) in one {
        let others = other.remove(actor).unwrap_or_default();
        all.extend(of_actor(&activations, &others));
    }
    all.extend(
        other
            .into_values()
            .filter_map(|others| of_actor(&[], &others)),
    );
    all.into_iter()
        .min_by_key(|difference| (difference.step, difference.time))
}

fn of_actor(one: &[&Activation], other: &[&Activation]) -> Option<Difference> {
    let mut positions = 0..one.len().max(other.len());
    positions.find_map(|at| match (one.get(at), other.get(at)) {
        (Some(one), Some(other)) => in_activation(at, one, other),
        (one, other) => {
            let only = one.or(other)?;
            let lines = (one.map(|it| &it.lines[0]), other.map(|it| &it.lines[0]));
            Some(Difference {
                step: only.step,
                time: only.time(None),
                text: format!("first difference: {}\n", place(at, only)) + &sides_text(lines),
            })
        }
    })
}

fn place(at: usize, activation: &Activation) -> String {
    let (called, step) = (activation.called(), activation.step);
    format!("{called}, its activation {}, in step {}", at + 1, step + 1)
}

fn in_activation(at: usize, one: &Activation, other: &Activation) -> Option<Difference> {
    let head = format!("first difference: {}", place(at, one));
    if one.step != other.step {
        return Some(Difference {
            step: one.step.min(other.step),
            time: one.time(None),
            text: format!(
                "{head} in the first, in step {} in the second\n",
                other.step + 1
            ),
        });
    }
    let mut positions = 0..one.lines.len().max(other.lines.len());
    let differing = positions.find(|at| {
        let sides = (one.lines.get(*at), other.lines.get(*at));
        sides.0.map(Line::said) != sides.1.map(Line::said)
    })?;
    let sides = (one.lines.get(differing), other.lines.get(differing));
    let before = &one.lines[differing.saturating_sub(LINES_BEFORE).min(one.lines.len())..];
    let before = before.iter().take(differing.min(LINES_BEFORE));
    let before: String = before.map(|line| format!("  {}\n", line.text())).collect();
    Some(Difference {
        step: one.step,
        time: one.time(sides.0).min(other.time(sides.1)),
        text: format!("{head}\n{before}{}", sides_text(sides)),
    })
}

impl Line {
    fn said(&self) -> (&str, &Map<String, Value>) {
        (self.event, &self.fields)
    }

    fn text(&self) -> String {
        let fields = self.fields.iter().filter(|(_, value)| !value.is_null());
        let fields: Vec<String> = fields
            .map(|(key, value)| format!("{key} {value}"))
            .collect();
        format!("line {}: {} {}", self.number, self.event, fields.join(", "))
    }
}

/// Both sides, and which fields differ.
fn sides_text(sides: (Option<&Line>, Option<&Line>)) -> String {
    let side = |line: Option<&Line>| line.map_or("nothing more".to_owned(), Line::text);
    let mut text = format!("- {}\n+ {}\n", side(sides.0), side(sides.1));
    if let (Some(one), Some(other)) = sides
        && one.event == other.event
    {
        for (key, value) in one
            .fields
            .iter()
            .filter(|(key, value)| other.fields[*key] != **value)
        {
            let (first, second) = (brief(value), brief(&other.fields[key]));
            text.push_str(&format!("  {key}: first {first}, second {second}\n"));
        }
    }
    text
}

/// Every actor does the same; whether they were also active in the same order.
fn order(one: &Trace, other: &Trace, note: String) -> Finding {
    let at = in_order(one, other);
    match one.activations.get(at).zip(other.activations.get(at)) {
        None if note.is_empty() => Finding::Same,
        None => Finding::Alike(note),
        Some((one, other)) => Finding::Alike(format!(
            "{note}every actor does the same; only the order differs in which actors were active (TIME-7): \
             in step {} first {} (line {}), second {} (line {})\n",
            one.step + 1,
            one.called(),
            one.lines[0].number,
            other.called(),
            other.lines[0].number
        )),
    }
}
