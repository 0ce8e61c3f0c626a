//! Every field of a result, declared once: its name, its level, its form.
//!
//! Enters: nothing. Leaves: a tree by which results are checked and compared. Refuses to know:
//! values. The same in words is in `docs/vectors.md`.

use crate::oracle::level::Level;

/// The form of a value.
#[derive(Debug)]
pub enum Shape {
    /// A text.
    Text,
    /// A JSON number that is an i32 or a u32.
    Number,
    /// A u64, as a string.
    Decimal,
    /// A hash or an id.
    Id,
    /// Bytes, or their length and hash.
    Data,
    /// One of several forms, compared as a whole.
    Any,
    /// The form, or `null`.
    Maybe(&'static Shape),
    /// A list. Its elements belong together by position, or by the value of a key.
    List(&'static Shape, Option<&'static str>),
    /// A list of so many elements of different forms.
    Tuple(&'static [Shape]),
    Object(&'static [Field]),
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub level: Level,
    pub shape: Shape,
}

const fn field(name: &'static str, level: Level, shape: Shape) -> Field {
    Field { name, level, shape }
}

const fn outcomes(name: &'static str, shape: Shape) -> Field {
    field(name, Level::Outcomes, shape)
}

const fn ticks(name: &'static str, shape: Shape) -> Field {
    field(name, Level::Ticks, shape)
}

const fn roots(name: &'static str, shape: Shape) -> Field {
    field(name, Level::Roots, shape)
}

const fn state(name: &'static str, shape: Shape) -> Field {
    field(name, Level::State, shape)
}

const fn instructions(name: &'static str, shape: Shape) -> Field {
    field(name, Level::Instructions, shape)
}

use Shape::{Any, Data, Decimal, Id, List, Maybe, Number, Object, Text, Tuple};

/// A whole result.
pub const RESULT: Shape = Object(&[
    outcomes("steps", List(&STEP, None)),
    outcomes("arrivals", List(&ARRIVALS, Some("probe"))),
    state("state", STATE),
]);

const STEP: Shape = Object(&[
    outcomes("actors", List(&ACTIVE, Some("actor"))),
    ticks("time", Decimal),
    roots("root", Id),
]);

const ACTIVE: Shape = Object(&[
    outcomes("actor", Id),
    outcomes("activations", List(&ACTIVATION, None)),
]);

const ACTIVATION: Shape = Object(&[
    outcomes("deed", Text),
    outcomes("fault", Number),
    outcomes("returned", Maybe(&Number)),
    ticks("handled", Maybe(&HANDLED)),
    ticks("start", Decimal),
    ticks("end", Decimal),
    ticks("tank", Decimal),
    ticks("spent", Decimal),
    ticks("left", Decimal),
    ticks("shares", List(&Decimal, None)),
    ticks("waits_until", Maybe(&Decimal)),
    roots("parts", Maybe(&PARTS)),
    field("events", Level::Events, List(&EVENT, None)),
    instructions("instructions", DIGEST),
]);

const HANDLED: Shape = Object(&[
    ticks("stamp", Decimal),
    ticks("sender", Id),
    ticks("number", Decimal),
]);

const PARTS: Shape = Object(&[
    roots("created", Decimal),
    roots("channels", Decimal),
    roots("sent", Decimal),
    roots("storage", Id),
    roots("bound", Id),
    roots("run", Maybe(&Id)),
]);

const EVENT: Shape = Tuple(&[Text, List(&Number, None), Any, Decimal, Decimal]);

const DIGEST: Shape = Object(&[
    instructions("count", Decimal),
    instructions("blake3", List(&Id, None)),
]);

/// The result of a question about one part of the instructions.
pub const PART: Shape = Object(&[instructions(
    "instructions",
    Maybe(&List(&Tuple(&[Number, Number, Text, Decimal]), None)),
)]);

const ARRIVALS: Shape = Object(&[
    outcomes("probe", Id),
    outcomes(
        "messages",
        List(
            &Object(&[
                outcomes("sender", Id),
                outcomes("number", Decimal),
                outcomes("tag", Number),
                outcomes("data", Data),
                outcomes("capabilities", List(&Any, None)),
                outcomes("ports", List(&Any, None)),
                outcomes("response", Any),
                ticks("stamp", Decimal),
                ticks("ticks", Decimal),
            ]),
            None,
        ),
    ),
]);

const STATE: Shape = Object(&[
    state("time", Decimal),
    state("created", Decimal),
    state("channels_made", Decimal),
    state("sent", Decimal),
    state("injected", Decimal),
    state("spent", Decimal),
    state("burned", Decimal),
    state("held", Decimal),
    state("root", Id),
    state("actors", List(&ACTOR, Some("id"))),
    state("channels", List(&CHANNEL, Some("id"))),
    state("probes", List(&PROBE, Some("id"))),
]);

const ACTOR: Shape = Object(&[
    state("id", Id),
    state("code", Maybe(&Id)),
    state("clock", Decimal),
    state("created", Decimal),
    state("channels", Decimal),
    state("sent", Decimal),
    state("storage", List(&STORED, Some("key"))),
    state("bound", List(&BOUND, Some("name"))),
    state("inbox", List(&WAITING, None)),
    state("creation", Maybe(&WAITING)),
    state("run", Maybe(&RUN)),
]);

const STORED: Shape = Object(&[state("key", Text), state("message", MESSAGE)]);

const BOUND: Shape = Object(&[state("name", Text), state("port", Any)]);

const MESSAGE: Shape = Object(&[
    state("data", Data),
    state("capabilities", List(&Any, None)),
    state("ports", List(&Any, None)),
    state("response", Any),
]);

const WAITING: Shape = Object(&[
    state("stamp", Decimal),
    state("sender", Id),
    state("number", Decimal),
    state("ticks", Decimal),
    state("tag", Number),
    state("data", Data),
    state("capabilities", List(&Any, None)),
    state("ports", List(&Any, None)),
    state("response", Any),
]);

const RUN: Shape = Object(&[
    state("deadline", Decimal),
    state("ticks", Decimal),
    state("callback", Number),
    state("pages", Number),
    state("memory", List(&Tuple(&[Number, Id]), None)),
    state("globals", List(&Tuple(&[Number, Number, Decimal]), None)),
    state(
        "tables",
        List(
            &Object(&[
                state("length", Number),
                state("functions", List(&Tuple(&[Number, Number]), None)),
            ]),
            None,
        ),
    ),
    state("dropped_data", List(&Any, None)),
    state("dropped_elements", List(&Any, None)),
    state("references", List(&Any, None)),
]);

const CHANNEL: Shape = Object(&[state("id", Id), state("first", END), state("second", END)]);

const END: Shape = Object(&[state("place", Any), state("waiting", List(&WAITING, None))]);

const PROBE: Shape = Object(&[
    state("id", Id),
    state("name", Text),
    state("received", List(&WAITING, None)),
]);
