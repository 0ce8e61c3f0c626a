//! The state of a world as JSON (`docs/vectors.md`, "The state").
//!
//! Enters: a world between activations. Leaves: all of it, with lists in full. Refuses to know: how
//! it came about.

use super::long;
use crate::{
    oracle::values::{CapabilityValue, PortValue},
    state::{
        hash::Hash,
        hex::hex,
        identity::{ActorId, ChannelId, End, PortId},
        message::{Envelope, Message},
        objects::{Counters, ReferenceObject},
    },
    world::{
        Probe, World,
        actor::{Actor, WaitingRun},
        channels::{Channel, EndState, Place},
    },
};
use serde_json::{Value, json};

/// A u64.
pub fn decimal(number: u64) -> Value {
    number.to_string().into()
}

/// A hash or an id.
pub fn id(hash: Hash) -> Value {
    hash.to_string().into()
}

fn port(port: PortId) -> Value {
    serde_json::to_value(PortValue::from(port)).expect("a port is JSON")
}

fn capability(capability: impl Into<CapabilityValue>) -> Value {
    let value: CapabilityValue = capability.into();
    serde_json::to_value(value).expect("a capability is JSON")
}

/// The whole state.
pub fn state(world: &World) -> Value {
    let Counters {
        created,
        channels,
        sent,
    } = *world.outside();
    let ledger = world.ledger();
    let actors = world.actors().in_order();
    let actors = actors.into_iter().map(|(id, one)| actor(*id, one));
    let made = world.channels().in_order();
    let made = made.into_iter().map(|(id, one)| channel(*id, one));
    let probes = world.probes().in_order();
    let probes = probes.into_iter().map(|(id, one)| probe(*id, one));
    json!({
        "time": decimal(world.time()),
        "created": decimal(created),
        "channels_made": decimal(channels),
        "sent": decimal(sent),
        "injected": decimal(ledger.injected),
        "spent": decimal(ledger.spent),
        "burned": decimal(ledger.burned),
        "held": decimal(ledger.held),
        "root": id(world.root()),
        "actors": actors.collect::<Value>(),
        "channels": made.collect::<Value>(),
        "probes": probes.collect::<Value>(),
    })
}

fn actor(actor_id: ActorId, actor: &Actor) -> Value {
    let storage = actor.storage.in_order().into_iter();
    let storage = storage.map(|(key, value)| json!({ "key": hex(key), "message": message(value) }));
    let bound = actor.bound.in_order().into_iter();
    let bound = bound.map(|(name, end)| json!({ "name": hex(name), "port": port(*end) }));
    json!({
        "id": id(actor_id.0),
        "code": actor.code.map(id),
        "clock": decimal(actor.clock),
        "created": decimal(actor.counters.created),
        "channels": decimal(actor.counters.channels),
        "sent": decimal(actor.counters.sent),
        "storage": storage.collect::<Value>(),
        "bound": bound.collect::<Value>(),
        "inbox": actor.inbox.iter().map(envelope).collect::<Value>(),
        "creation": actor.creation.as_deref().map(envelope),
        "run": actor.run.as_deref().map(run),
    })
}

/// A message as a value.
pub fn message(message: &Message) -> Value {
    let capabilities = message.capabilities().iter().copied().map(capability);
    let ports = message.ports().iter().copied().map(port);
    json!({
        "data": long::data(message.data.bytes(), || message.data.hash()),
        "capabilities": capabilities.collect::<Value>(),
        "ports": ports.collect::<Value>(),
        "response": message.response().map(capability),
    })
}

fn envelope(envelope: &Envelope) -> Value {
    let mut value = message(&envelope.message);
    let position = &envelope.position;
    value["stamp"] = decimal(position.stamp);
    value["sender"] = id(position.sender.0);
    value["number"] = decimal(position.number);
    value["ticks"] = decimal(envelope.ticks);
    value["tag"] = envelope.tag.into();
    value
}

fn run(run: &WaitingRun) -> Value {
    let kept = &run.sleeper.kept;
    let image = &kept.image;
    let memory = kept.written_pages();
    let memory = memory.map(|(index, hash)| json!([index, id(hash)]));
    let globals = image.globals.iter();
    let globals = globals.map(|one| json!([one.index, one.ty.binary_code(), decimal(one.bits)]));
    let tables = image.tables.iter().map(|table| {
        let elements = table.iter().enumerate();
        let functions = elements.filter_map(|(at, function)| Some(json!([at, (*function)?])));
        json!({ "length": table.len(), "functions": functions.collect::<Value>() })
    });
    let references = kept.references.objects();
    json!({
        "deadline": decimal(run.deadline),
        "ticks": decimal(run.ticks),
        "callback": run.callback,
        "pages": image.pages.len(),
        "memory": memory.collect::<Value>(),
        "globals": globals.collect::<Value>(),
        "tables": tables.collect::<Value>(),
        "dropped_data": image.dropped_data,
        "dropped_elements": image.dropped_elements,
        "references": references.iter().map(reference).collect::<Value>(),
    })
}

fn reference(reference: &ReferenceObject) -> Value {
    match reference {
        ReferenceObject::Deleted => Value::Null,
        ReferenceObject::Message { message, tag } => json!({ "message": id(*message), "tag": tag }),
        ReferenceObject::Capability(one) => capability(*one),
        ReferenceObject::Store(key) => json!({ "store": hex(key) }),
    }
}

fn channel(channel_id: ChannelId, channel: &Channel) -> Value {
    json!({
        "id": id(channel_id.0),
        "first": end(channel.end(End::First)),
        "second": end(channel.end(End::Second)),
    })
}

fn end(end: &EndState) -> Value {
    let place = match &end.place {
        Place::Held => unreachable!("no run holds a port between activations"),
        Place::Gone => "gone".into(),
        Place::InMessage => "in a message".into(),
        Place::Bound { actor, name } => json!({ "bound": id(actor.0), "name": hex(name) }),
        Place::Outside { probe } => json!({ "outside": id(probe.0) }),
    };
    let waiting = end.waiting.iter().map(envelope);
    json!({ "place": place, "waiting": waiting.collect::<Value>() })
}

fn probe(probe_id: ActorId, probe: &Probe) -> Value {
    json!({
        "id": id(probe_id.0),
        "name": probe.name,
        "received": probe.received.iter().map(envelope).collect::<Value>(),
    })
}
