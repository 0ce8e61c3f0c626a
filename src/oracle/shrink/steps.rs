//! Leaving out steps, and what stands in them.
//!
//! Enters: the best draft so far. Leaves: attempts. Refuses to know: modules.

use super::Shrinker;
use crate::oracle::draft::{Code, Draft};
use toml::{Table, Value};

/// What a step is about: it is not left out alone.
const DEEDS: [&str; 6] = [
    "create",
    "send",
    "send_on",
    "destroy",
    "advance",
    "advance_to",
];

impl Shrinker<'_> {
    pub(super) fn leave_out_steps(&mut self) {
        self.leave_out(&|draft| draft.steps.len(), &|draft, start, end| {
            let mut draft = draft.clone();
            draft.steps.drain(start..end);
            draft
        });
    }

    /// Without a schedule of its own a scenario has the usual prices.
    pub(super) fn leave_out_schedule(&mut self) {
        let mut candidate = self.best.clone();
        candidate.schedule = None;
        self.attempt(candidate);
    }

    pub(super) fn simplify_steps(&mut self) {
        for at in (0..self.best.steps.len()).rev() {
            let keys: Vec<String> = self.best.steps[at].keys().cloned().collect();
            for key in keys {
                for value in simpler(&self.best, at, &key) {
                    let mut candidate = self.best.clone();
                    let step = &mut candidate.steps[at];
                    match value {
                        Some(value) => step.insert(key.clone(), value),
                        None => step.remove(&key),
                    };
                    if self.attempt(candidate) {
                        break;
                    }
                }
                self.leave_out_elements(at, &key);
            }
        }
    }

    /// Leaves out elements of a list.
    fn leave_out_elements(&mut self, at: usize, key: &str) {
        let list = |draft: &Draft| {
            draft.steps[at]
                .get(key)
                .and_then(Value::as_array)
                .map_or(0, Vec::len)
        };
        self.leave_out(&list, &|draft, start, end| {
            let mut draft = draft.clone();
            if let Some(Value::Array(list)) = draft.steps[at].get_mut(key) {
                list.drain(start..end);
            }
            draft
        });
    }
}

/// What could stand there instead, the simplest first; nothing, if the key could be missing.
fn simpler(draft: &Draft, at: usize, key: &str) -> Vec<Option<Value>> {
    let step = &draft.steps[at];
    let found = &step[key];
    let others: Vec<Value> = match key {
        "module" => draft
            .modules
            .iter()
            .map(|(name, _)| Value::from(name.as_str()))
            .collect(),
        "send" => {
            let before = draft.steps[..at]
                .iter()
                .filter_map(|step| step.get("create"));
            let actor = found.as_str().and_then(|text| text.split('#').next());
            before.cloned().chain(actor.map(Value::from)).collect()
        }
        _ if DEEDS.contains(&key) => Vec::new(),
        "data" => {
            let text = found.as_str().unwrap_or_default();
            let half = text
                .chars()
                .take(text.chars().count() / 2)
                .collect::<String>();
            return vec![None, Some(Value::from(half))];
        }
        _ => return vec![None],
    };
    // Only what comes before it is simpler: otherwise two would be exchanged for ever.
    let simpler = others.into_iter().take_while(|other| other != found);
    simpler.map(Some).collect()
}

/// Takes out modules, probes and channels that nothing names.
pub fn tidy(draft: &mut Draft) {
    loop {
        let named = |name: &str| {
            let by_step = draft
                .steps
                .iter()
                .any(|step| step.get("module").and_then(Value::as_str) == Some(name));
            let holes = [
                format!("{{{{module:{name}}}}}"),
                format!("{{{{module-size:{name}}}}}"),
            ];
            by_step
                || draft.modules.iter().any(|(_, code)| match code {
                    Code::Wat(text) => holes.iter().any(|hole| text.contains(hole)),
                    Code::Binary(_) => false,
                })
        };
        let kept: Vec<bool> = draft.modules.iter().map(|(name, _)| named(name)).collect();
        if kept.iter().all(|kept| *kept) {
            break;
        }
        let mut kept = kept.into_iter();
        draft.modules.retain(|_| kept.next().unwrap_or(true));
    }
    let steps = std::mem::take(&mut draft.steps);
    draft.probes.retain(|name| names(&steps, name));
    draft
        .channels
        .retain(|(_, ends)| ends.iter().any(|end| names(&steps, end)));
    draft.steps = steps;
}

/// Whether any text in the steps names this endpoint.
fn names(steps: &[Table], name: &str) -> bool {
    fn in_value(value: &Value, name: &str) -> bool {
        match value {
            Value::String(text) => text.split(['#', '[', '/']).next() == Some(name),
            Value::Array(list) => list.iter().any(|one| in_value(one, name)),
            _ => false,
        }
    }
    steps
        .iter()
        .any(|step| step.values().any(|value| in_value(value, name)))
}
