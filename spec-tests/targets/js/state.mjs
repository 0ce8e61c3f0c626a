// The state: object ids and the state root (section 18), and the state as vectors show it. Enters: a world. Leaves: hashes, and JSON.

import { fromHex, mapRoot, plainHash, Writer, ZERO } from './canonical.mjs';
import { isZeroPage } from './engine.mjs';
import { valueOf } from './run.mjs';

const LONG = 1024; // data of more bytes are shown by their hash
const END = ['first', 'second'];
const byId = (map) => [...map.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
const byKey = (map) => [...map].sort(([a], [b]) => Buffer.compare(Buffer.from(a, 'hex'), Buffer.from(b, 'hex')));
const rootOf = (pairs) => mapRoot(pairs.map(([key, value]) => [fromHex(key), value]));

// Object ids.

const capabilityId = ({ actor, tag }) => new Writer().id(actor).u32(tag).as('capability'); // STATE-3
const portId = ({ channel, index }) => new Writer().id(channel.id).u32(index).as('port');

const messageId = ({ data, capabilities, ports, response }) => // STATE-5
  new Writer().id(plainHash(data)).u64(data.length).ids(capabilities.map(capabilityId)).ids(ports.map(portId))
    .optionalId(response && capabilityId(response)).as('message');

const envelopeId = ({ stamp, sender, number, ticks, tag, message }) => // STATE-6
  new Writer().u64(stamp).id(sender).u64(number).u64(ticks).u32(tag).id(messageId(message)).as('envelope');

const waitingRoot = (queue) => mapRoot(queue.map((envelope) =>
  [new Writer().u64BigEndian(envelope.stamp).id(envelope.sender).u64BigEndian(envelope.number).finish(), envelopeId(envelope)]));

const storageRoot = (actor) => rootOf([...actor.storage].map(([key, message]) => [key, messageId(message)]));
const boundRoot = (actor) => rootOf([...actor.bound].map(([name, end]) => [name, portId(end)]));

function writeReference(w, denoted) {
  if (denoted === null) w.u32(0);
  else if (denoted.kind === 'message') w.u32(1).id(messageId(valueOf(denoted))).u32(denoted.tag);
  else if (denoted.kind === 'capability') w.u32(2).id(denoted.actor).u32(denoted.tag);
  else w.u32(3).bytes(fromHex(denoted.key));
}

/// A waiting run does not change while it waits: what it is, is looked up once.
function snapshotOf(waiting) {
  return (waiting.snapshot ??= waiting.run.instance.snapshot());
}

function runId(waiting) { // STATE-8
  const snapshot = snapshotOf(waiting);
  return (waiting.id ??= new Writer().u32(snapshot.pages).id(snapshot.memoryRoot)
    .list(snapshot.globals, (w, { index, type, bits }) => w.u32(index).u8(type).u64(bits))
    .list(snapshot.tables, (w, elements) => w.list(elements, (v, element) => v.optional(element, (u, index) => u.u32(index))))
    .list(snapshot.droppedData, (w, isDropped) => w.truth(isDropped))
    .list(snapshot.droppedElements, (w, isDropped) => w.truth(isDropped))
    .list(waiting.run.references, writeReference)
    .u64(waiting.deadline).u32(waiting.callback).u64(waiting.ticks).as('run'));
}

const codeOf = (actor) => (actor.program ? plainHash(actor.program.bytes) : null);

const actorId = (actor) => // STATE-7
  new Writer().id(codeOf(actor) ?? ZERO).u64(actor.clock).u64(actor.created).u64(actor.channels).u64(actor.sent)
    .id(storageRoot(actor)).id(boundRoot(actor)).id(waitingRoot(actor.inbox))
    .optionalId(actor.creation && envelopeId(actor.creation)).optionalId(actor.run && runId(actor.run)).as('actor');

function writePlace(w, place) {
  w.u32(['gone', 'bound', 'message', 'outside'].indexOf(place.kind));
  if (place.kind === 'bound') w.id(place.actor.id).bytes(fromHex(place.name));
  if (place.kind === 'outside') w.id(place.probe.id);
}

function channelId({ ends }) { // STATE-9
  const w = new Writer();
  for (const { place, waiting } of ends) {
    writePlace(w, place);
    w.id(waitingRoot(waiting));
  }
  return w.as('channel');
}

const probeId = ({ name, received }) => new Writer().text(name).id(waitingRoot(received)).as('probe'); // STATE-10

/// The state root: STATE-11.
export function stateRoot(world) {
  const { outside } = world;
  const map = (things, id) => rootOf([...things].map(([key, thing]) => [key, id(thing)]));
  return new Writer().text(world.dialect).id(world.schedule.hash).u64(world.time)
    .u64(outside.created).u64(outside.channels).u64(outside.sent)
    .u64(world.injected).u64(world.spent).u64(world.burned)
    .id(map(world.actors, actorId)).id(map(world.channels.all, channelId)).id(map(world.probes, probeId)).as('world');
}

/// The parts of an actor that vectors show after each of its activations.
export function partsOf(actor) {
  return {
    created: String(actor.created), channels: String(actor.channels), sent: String(actor.sent),
    storage: storageRoot(actor), bound: boundRoot(actor), run: actor.run ? runId(actor.run) : null,
  };
}

// The state as vectors show it.

export const dataJson = (data) =>
  (data.length > LONG ? { length: String(data.length), blake3: plainHash(data) } : Buffer.from(data).toString('hex'));
const portJson = ({ channel, index }) => ({ channel: channel.id, end: END[index] });

export const messageJson = ({ data, capabilities, ports, response }) =>
  ({ data: dataJson(data), capabilities, ports: ports.map(portJson), response });

export const envelopeJson = ({ stamp, sender, number, ticks, tag, message }) =>
  ({ stamp: String(stamp), sender, number: String(number), ticks: String(ticks), tag, ...messageJson(message) });

function referenceJson(denoted) {
  if (denoted === null) return null;
  if (denoted.kind === 'message') return { message: messageId(valueOf(denoted)), tag: denoted.tag };
  return denoted.kind === 'capability' ? { actor: denoted.actor, tag: denoted.tag } : { store: denoted.key };
}

function runJson(waiting) {
  const snapshot = snapshotOf(waiting);
  return {
    deadline: String(waiting.deadline), ticks: String(waiting.ticks), callback: waiting.callback, pages: snapshot.pages,
    memory: snapshot.pageHashes.flatMap((page, i) => (isZeroPage(page) ? [] : [[i, page]])),
    globals: snapshot.globals.map(({ index, type, bits }) => [index, type, String(bits)]),
    tables: snapshot.tables.map((elements) =>
      ({ length: elements.length, functions: elements.flatMap((element, i) => (element === null ? [] : [[i, element]])) })),
    dropped_data: snapshot.droppedData, dropped_elements: snapshot.droppedElements,
    references: waiting.run.references.map(referenceJson),
  };
}

const actorJson = (actor) => ({
  id: actor.id, clock: String(actor.clock), created: String(actor.created), channels: String(actor.channels), sent: String(actor.sent),
  code: codeOf(actor),
  storage: byKey(actor.storage).map(([key, message]) => ({ key, message: messageJson(message) })),
  bound: byKey(actor.bound).map(([name, end]) => ({ name, port: portJson(end) })),
  inbox: actor.inbox.map(envelopeJson),
  creation: actor.creation && envelopeJson(actor.creation),
  run: actor.run && runJson(actor.run),
});

function placeJson(place) {
  if (place.kind === 'bound') return { bound: place.actor.id, name: place.name };
  if (place.kind === 'outside') return { outside: place.probe.id };
  return place.kind === 'message' ? 'in a message' : 'gone';
}

const endJson = ({ place, waiting }) => ({ place: placeJson(place), waiting: waiting.map(envelopeJson) });

/// TICK-13: what is held.
export function heldTicks(world) {
  const queues = [
    ...[...world.actors.values()].map(({ inbox }) => inbox),
    ...[...world.probes.values()].map(({ received }) => received),
    ...[...world.channels.all.values()].flatMap(({ ends }) => ends.map(({ waiting }) => waiting)),
    [...world.actors.values()].flatMap(({ creation, run }) => [creation, run].filter(Boolean)),
  ];
  return queues.flat().reduce((sum, { ticks }) => sum + ticks, 0n);
}

export function stateJson(world) {
  const { outside } = world;
  return {
    time: String(world.time), created: String(outside.created), channels_made: String(outside.channels), sent: String(outside.sent),
    injected: String(world.injected), spent: String(world.spent), burned: String(world.burned), held: String(heldTicks(world)),
    root: stateRoot(world),
    actors: byId(world.actors).map(actorJson),
    channels: byId(world.channels.all).map(({ id, ends }) => ({ id, first: endJson(ends[0]), second: endJson(ends[1]) })),
    probes: byId(world.probes).map(({ id, name, received }) => ({ id, name, received: received.map(envelopeJson) })),
  };
}
