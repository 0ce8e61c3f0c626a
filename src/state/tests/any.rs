//! Random objects of every kind that has rules of its own.
//!
//! Enters: nothing. Leaves: strategies, whose objects keep all rules. Refuses to know: what is to be
//! true of them.

use crate::state::{
    hash::Hash,
    identity::{ActorId, Capability, ChannelId, End, PortId},
    kinds::Any,
    objects::*,
};
use proptest::{collection::vec, option, prelude::*};

fn hash() -> impl Strategy<Value = Hash> {
    prop_oneof![1 => Just(Hash::ZERO), 5 => any::<[u8; 32]>().prop_map(Hash)]
}

fn capability() -> impl Strategy<Value = Capability> {
    (hash(), any::<u32>()).prop_map(|(actor, tag)| Capability {
        actor: ActorId(actor),
        tag,
    })
}

fn port() -> impl Strategy<Value = PortId> {
    (hash(), prop_oneof![Just(End::First), Just(End::Second)]).prop_map(|(channel, end)| PortId {
        channel: ChannelId(channel),
        end,
    })
}

fn message() -> impl Strategy<Value = MessageObject> {
    let items = (vec(hash(), 0..4), any::<bool>());
    let fields = (hash(), any::<u64>(), items, option::of(hash()));
    fields.prop_map(|(data, length, (items, are_ports), response)| {
        let (capabilities, ports) = match are_ports {
            false => (items, vec![]),
            true => (vec![], items),
        };
        MessageObject {
            data,
            length,
            capabilities,
            ports,
            response,
        }
    })
}

fn envelope() -> impl Strategy<Value = EnvelopeObject> {
    let position = (any::<u64>(), hash(), any::<u64>());
    (position, any::<u64>(), any::<u32>(), hash()).prop_map(
        |((stamp, sender, number), ticks, tag, message)| EnvelopeObject {
            stamp,
            sender: ActorId(sender),
            number,
            ticks,
            tag,
            message,
        },
    )
}

fn counters() -> impl Strategy<Value = Counters> {
    any::<[u64; 3]>().prop_map(|[created, channels, sent]| Counters {
        created,
        channels,
        sent,
    })
}

fn actor() -> impl Strategy<Value = ActorObject> {
    let roots = (hash(), hash(), hash());
    let rest = (option::of(hash()), option::of(hash()));
    (hash(), any::<u64>(), counters(), roots, rest).prop_map(
        |(code, clock, counters, (storage, bound, inbox), (creation, run))| ActorObject {
            code,
            clock,
            counters,
            storage,
            bound,
            inbox,
            creation,
            run,
        },
    )
}

fn reference() -> impl Strategy<Value = ReferenceObject> {
    prop_oneof![
        Just(ReferenceObject::Deleted),
        (hash(), any::<u32>()).prop_map(|(message, tag)| ReferenceObject::Message { message, tag }),
        capability().prop_map(ReferenceObject::Capability),
        vec(any::<u8>(), 0..9).prop_map(ReferenceObject::Store),
    ]
}

fn globals() -> impl Strategy<Value = Vec<GlobalObject>> {
    let wide = (prop_oneof![Just(0x7eu8), Just(0x7c)], any::<u64>());
    let narrow = (
        prop_oneof![Just(0x7fu8), Just(0x7d), Just(0x70), Just(0x6f)],
        0..1u64 << 32,
    );
    let global = prop_oneof![wide, narrow];
    vec((0u32..3, global), 0..4).prop_map(|globals| {
        let mut next = 0;
        let numbered = globals.into_iter().map(|(gap, (ty, bits))| {
            let index = next + gap;
            next = index + 1;
            GlobalObject { index, ty, bits }
        });
        numbered.collect()
    })
}

fn run() -> impl Strategy<Value = RunObject> {
    let memory = prop_oneof![
        Just(MemoryObject {
            pages: 0,
            root: Hash::ZERO
        }),
        (1u32..9, any::<[u8; 32]>()).prop_map(|(pages, root)| MemoryObject {
            pages,
            root: Hash(root)
        }),
    ];
    let tables = vec(vec(option::of(any::<u32>()), 0..4), 0..3);
    let segments = (vec(any::<bool>(), 0..4), vec(any::<bool>(), 0..4));
    let waiting = (any::<u64>(), any::<u32>(), any::<u64>());
    (
        memory,
        globals(),
        tables,
        segments,
        vec(reference(), 0..5),
        waiting,
    )
        .prop_map(
            |(memory, globals, tables, (dropped_data, dropped_elements), references, waiting)| {
                RunObject {
                    memory,
                    globals,
                    tables,
                    dropped_data,
                    dropped_elements,
                    references,
                    deadline: waiting.0,
                    callback: waiting.1,
                    ticks: waiting.2,
                }
            },
        )
}

fn living_end() -> impl Strategy<Value = EndObject> {
    let place = prop_oneof![
        Just(PlaceObject::InMessage),
        hash().prop_map(|probe| PlaceObject::Outside {
            probe: ActorId(probe)
        }),
        (hash(), vec(any::<u8>(), 0..9)).prop_map(|(actor, name)| PlaceObject::Bound {
            actor: ActorId(actor),
            name
        }),
    ];
    (place, hash()).prop_map(|(place, waiting)| EndObject { place, waiting })
}

pub const GONE: EndObject = EndObject {
    place: PlaceObject::Gone,
    waiting: Hash::ZERO,
};

fn channel() -> impl Strategy<Value = ChannelObject> {
    let other = prop_oneof![Just(GONE), living_end()];
    (living_end(), other, any::<bool>()).prop_map(|(first, second, turn)| match turn {
        false => ChannelObject { first, second },
        true => ChannelObject {
            first: second,
            second: first,
        },
    })
}

fn world() -> impl Strategy<Value = WorldObject> {
    let maps = (hash(), hash(), hash());
    ("[a-z-]{0,12}", hash(), counters(), any::<[u64; 4]>(), maps).prop_map(
        |(
            dialect,
            schedule,
            outside,
            [time, injected, spent, burned],
            (actors, channels, probes),
        )| {
            WorldObject {
                dialect,
                schedule,
                time,
                outside,
                injected,
                spent,
                burned,
                actors,
                channels,
                probes,
            }
        },
    )
}

/// An object of any kind.
pub fn any_object() -> impl Strategy<Value = Any> {
    let probe = ("\\PC{0,9}", hash()).prop_map(|(name, received)| ProbeObject { name, received });
    prop_oneof![
        capability().prop_map(Any::Capability),
        port().prop_map(Any::Port),
        message().prop_map(Any::Message),
        envelope().prop_map(Any::Envelope),
        actor().prop_map(Any::Actor),
        run().prop_map(Any::Run),
        channel().prop_map(Any::Channel),
        probe.prop_map(Any::Probe),
        world().prop_map(Any::World),
    ]
}
