//! What objects have of their own, beside where they lead.
//!
//! Enters: an object. Leaves: its parts by name, as JSON. Refuses to know: layout.

use crate::state::{
    hex::hex,
    identity::{Capability, PortId},
    kinds::Any,
    objects::{
        ActorObject, ChannelObject, Counters, EnvelopeObject, MessageObject, PlaceObject,
        ProbeObject, ReferenceObject, RunObject, WorldObject,
    },
};
use serde_json::{Value, json};

/// A part's name and value.
pub type Part = (&'static str, Value);

fn counters(counters: &Counters) -> Value {
    json!({
        "created": counters.created,
        "channels": counters.channels,
        "sent": counters.sent,
    })
}

/// The parts of an object, in the order in which it has them.
pub fn parts(object: &Any) -> Vec<Part> {
    match object {
        Any::World(world) => of_world(world),
        Any::Actor(actor) => of_actor(actor),
        Any::Run(run) => of_run(run),
        Any::Channel(ChannelObject { first, second }) => vec![
            ("first place", place(&first.place)),
            ("second place", place(&second.place)),
        ],
        Any::Probe(ProbeObject { name, received: _ }) => vec![("name", json!(name))],
        Any::Envelope(envelope) => of_envelope(envelope),
        Any::Message(MessageObject { length, .. }) => vec![("length", json!(length))],
        Any::Capability(capability) => of_capability(capability),
        Any::Port(PortId { channel, end }) => vec![
            ("channel", json!(channel.0.to_string())),
            ("end", json!(end.name())),
        ],
    }
}

fn of_world(world: &WorldObject) -> Vec<Part> {
    vec![
        ("dialect", json!(world.dialect)),
        ("schedule", json!(world.schedule.to_string())),
        ("time", json!(world.time)),
        ("outside", counters(&world.outside)),
        ("injected", json!(world.injected)),
        ("spent", json!(world.spent)),
        ("burned", json!(world.burned)),
    ]
}

fn of_actor(actor: &ActorObject) -> Vec<Part> {
    vec![
        ("clock", json!(actor.clock)),
        ("counters", counters(&actor.counters)),
    ]
}

fn of_envelope(envelope: &EnvelopeObject) -> Vec<Part> {
    vec![
        ("stamp", json!(envelope.stamp)),
        ("sender", json!(envelope.sender.0.to_string())),
        ("number", json!(envelope.number)),
        ("ticks", json!(envelope.ticks)),
        ("tag", json!(envelope.tag)),
    ]
}

fn of_capability(capability: &Capability) -> Vec<Part> {
    vec![
        ("actor", json!(capability.actor.0.to_string())),
        ("tag", json!(capability.tag)),
    ]
}

fn of_run(run: &RunObject) -> Vec<Part> {
    let globals = run.globals.iter().map(|global| {
        json!({
            "index": global.index,
            "type": format!("{:02x}", global.ty),
            "bits": format!("{:016x}", global.bits),
        })
    });
    let references = run.references.iter().map(reference);
    vec![
        ("pages", json!(run.memory.pages)),
        ("globals", globals.collect()),
        ("tables", json!(run.tables)),
        ("dropped data", json!(run.dropped_data)),
        ("dropped elements", json!(run.dropped_elements)),
        ("references", references.collect()),
        ("deadline", json!(run.deadline)),
        ("callback", json!(run.callback)),
        ("ticks", json!(run.ticks)),
    ]
}

fn reference(reference: &ReferenceObject) -> Value {
    match reference {
        ReferenceObject::Deleted => json!("deleted"),
        ReferenceObject::Message { message, tag } => {
            json!({ "message": message.to_string(), "tag": tag })
        }
        ReferenceObject::Capability(capability) => json!({
            "capability": { "actor": capability.actor.0.to_string(), "tag": capability.tag },
        }),
        ReferenceObject::Store(key) => json!({ "store": hex(key) }),
    }
}

fn place(place: &PlaceObject) -> Value {
    match place {
        PlaceObject::Gone => json!("gone"),
        PlaceObject::InMessage => json!("in a message"),
        PlaceObject::Outside { probe } => json!({ "outside": probe.0.to_string() }),
        PlaceObject::Bound { actor, name } => {
            json!({ "bound": { "actor": actor.0.to_string(), "name": hex(name) } })
        }
    }
}
