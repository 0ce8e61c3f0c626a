//! The state of a world, for a reader.
//!
//! Enters: a world between activations. Leaves: lines. Refuses to know: how it came about.

use super::{
    names::Names,
    text::{self, data, each, list},
};
use crate::{
    state::{
        hash::Hash,
        identity::{ActorId, PortId},
        message::{Envelope, Message},
        objects::{Counters, ReferenceObject},
    },
    world::{
        World,
        actor::{Actor, WaitingRun},
        channels::{EndState, Place},
        parts,
    },
};
use std::fmt::{Result, Write};

/// Writes the state of a world, and its root.
pub fn write(out: &mut String, world: &World, names: &Names) -> Result {
    writeln!(out, "state")?;
    writeln!(out, "  time {}", world.time())?;
    let ledger = world.ledger();
    writeln!(
        out,
        "  ticks: injected {} = spent {} + burned {} + held {}",
        ledger.injected, ledger.spent, ledger.burned, ledger.held
    )?;
    writeln!(out, "  outside: {}", counters(world.outside()))?;
    let object = world.object();
    let roots = [
        ("actors", object.actors),
        ("channels", object.channels),
        ("probes", object.probes),
    ];
    write_parts(out, "  ", roots.map(|(name, root)| (name, root.filled())))?;
    each(
        out,
        "  ",
        "actors",
        world.actors().in_order(),
        |out, (id, actor)| write_actor(out, *id, actor, world, names),
    )?;
    each(
        out,
        "  ",
        "channels",
        world.channels().in_order(),
        |out, (id, _)| {
            writeln!(out, "  channel {}", names.channel(*id))?;
            id.ends()
                .into_iter()
                .try_for_each(|port| write_end(out, port, world, names))
        },
    )?;
    for (id, _) in world.probes().in_order() {
        let received = world.received(*id);
        let ticks: u64 = received.iter().map(|envelope| envelope.ticks).sum();
        let count = text::count(received.len() as u64, "message");
        writeln!(out, "  probe {}: {count}, {ticks} ticks", names.actor(*id))?;
        each(out, "    ", "messages", received, |out, envelope| {
            writeln!(out, "    {}", self::envelope(envelope, names))
        })?;
    }
    writeln!(out, "root {}", world.root())
}

/// Writes the hashes of the parts of something, as far as there is anything in them, so that a
/// change shows where it is.
fn write_parts<const N: usize>(
    out: &mut String,
    indent: &str,
    parts: [(&str, Option<Hash>); N],
) -> Result {
    let there = parts
        .into_iter()
        .filter_map(|(name, hash)| Some((name, hash?)));
    let words = there.map(|(name, hash)| format!("{name} {}", hash.short()));
    match list(words).as_str() {
        "none" => Ok(()),
        words => writeln!(out, "{indent}parts: {words}"),
    }
}

fn counters(counters: &Counters) -> String {
    let Counters {
        created,
        channels,
        sent,
    } = counters;
    format!("created {created}, channels {channels}, sent {sent}")
}

fn write_actor(
    out: &mut String,
    id: ActorId,
    actor: &Actor,
    world: &World,
    names: &Names,
) -> Result {
    let code = actor
        .code
        .map_or("none yet".to_owned(), |code| names.module(code));
    writeln!(
        out,
        "  actor {} {}: code {code}, clock {}, {}",
        names.actor(id),
        id.0.short(),
        actor.clock,
        counters(&actor.counters)
    )?;
    write_parts(out, "    ", parts::parts(actor))?;
    if let Some(creation) = &actor.creation {
        writeln!(out, "    to be created: {}", envelope(creation, names))?;
    }
    each(
        out,
        "    ",
        "stored messages",
        actor.storage.in_order(),
        |out, (key, value)| {
            writeln!(
                out,
                "    stored at {}: {}",
                text::key(key),
                message(value, names)
            )
        },
    )?;
    each(
        out,
        "    ",
        "bound ports",
        actor.bound.in_order(),
        |out, (name, port)| writeln!(out, "    bound as {}: {}", data(name), names.port(*port)),
    )?;
    each(out, "    ", "messages", world.inbox(id), |out, waiting| {
        writeln!(out, "    inbox: {}", envelope(waiting, names))
    })?;
    actor.run.as_ref().map_or(Ok(()), |run| write_run(out, run))
}

fn write_run(out: &mut String, run: &WaitingRun) -> Result {
    writeln!(
        out,
        "    waits until {}, then callback {}; keeps {} ticks",
        run.deadline, run.callback, run.ticks
    )?;
    let kept = &run.sleeper.kept;
    let image = &kept.image;
    let written = kept.written_pages();
    let written = written.map(|(at, hash)| format!("{at} {}", hash.short()));
    let count = text::count(image.pages.len() as u64, "page");
    writeln!(
        out,
        "      memory: {count}, not zero: {}",
        text::cut(written)
    )?;
    let globals = image.globals.iter();
    let globals = globals.map(|it| format!("{} {:?} {:#x}", it.index, it.ty, it.bits));
    let tables = image.tables.iter().enumerate().map(|(at, elements)| {
        let element = |it: &Option<u32>| it.map_or("null".to_owned(), |index| index.to_string());
        format!("{at} [{}]", text::cut(elements.iter().map(element)))
    });
    let dropped = |flags: &[bool]| {
        let dropped = flags.iter().enumerate().filter(|(_, dropped)| **dropped);
        text::cut(dropped.map(|(at, _)| at.to_string()))
    };
    let [data, elements] = [&image.dropped_data, &image.dropped_elements].map(|it| dropped(it));
    for (what, words) in [
        ("globals", text::cut(globals)),
        ("tables", text::cut(tables)),
        ("dropped data segments", data),
        ("dropped element segments", elements),
    ] {
        if words != "none" {
            writeln!(out, "      {what}: {words}")?;
        }
    }
    let references = run.sleeper.kept.references.objects();
    let references = references.iter().enumerate().map(|(at, reference)| {
        let what = match reference {
            ReferenceObject::Deleted => "deleted".to_owned(),
            ReferenceObject::Message { message, tag } => {
                format!("message {} tag {tag}", message.short())
            }
            ReferenceObject::Capability(capability) => {
                format!(
                    "capability {} tag {}",
                    capability.actor.0.short(),
                    capability.tag
                )
            }
            ReferenceObject::Store(key) => format!("store {}", text::key(key)),
        };
        format!("{at} {what}")
    });
    each(out, "      ", "references", references, |out, line| {
        writeln!(out, "      reference {line}")
    })
}

fn write_end(out: &mut String, port: PortId, world: &World, names: &Names) -> Result {
    let EndState { place, waiting } = world.channels().end(port).expect("its channel is there");
    let (place, listed_elsewhere) = match place {
        Place::Gone => ("gone".to_owned(), false),
        Place::InMessage => ("in a message".to_owned(), false),
        Place::Held => unreachable!("no run holds a port between activations"),
        Place::Outside { probe } => (format!("with the probe {}", names.actor(*probe)), true),
        Place::Bound { actor, name } => (
            format!("bound by {} as {}", names.actor(*actor), data(name)),
            true,
        ),
    };
    let count = text::count(waiting.len(), "message");
    writeln!(out, "    {}: {place}, {count}", names.port(port))?;
    if listed_elsewhere {
        return Ok(());
    }
    each(out, "      ", "messages", waiting.iter(), |out, waiting| {
        writeln!(out, "      {}", envelope(waiting, names))
    })
}

/// A message on its way.
pub fn envelope(envelope: &Envelope, names: &Names) -> String {
    let position = &envelope.position;
    format!(
        "from {}, stamp {}, number {}, tag {}, ticks {}: {}",
        names.actor(position.sender),
        position.stamp,
        position.number,
        envelope.tag,
        envelope.ticks,
        message(&envelope.message, names)
    )
}

/// A message value.
pub fn message(message: &Message, names: &Names) -> String {
    let mut line = data(message.data.bytes());
    if !message.capabilities().is_empty() {
        let all = message
            .capabilities()
            .iter()
            .map(|capability| names.capability(*capability));
        line.push_str(&format!(", caps [{}]", list(all)));
    }
    if !message.ports().is_empty() {
        let all = message.ports().iter().map(|port| names.port(*port));
        line.push_str(&format!(", ports [{}]", list(all)));
    }
    if let Some(response) = message.response() {
        line.push_str(&format!(", response {}", names.capability(response)));
    }
    line
}
