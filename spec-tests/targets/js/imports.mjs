// What the imports do, by operation (`primea interface` says which import is which). Enters: an activation, a form of an import, its arguments.
// Leaves: the result, or a fault. The order of all checks is that of ARG-1.

import { Writer, madeId, toHex } from './canonical.mjs';
import { demand } from './faults.mjs';
import { GONE, IN_A_MESSAGE } from './ports.mjs';
import { localMessage, valueOf } from './run.mjs';
import { rate } from './schedule.mjs';

const MOST_DATA = 8388608, MOST_ITEMS = 256, MOST_NAME = 1024, MOST_BOUND = 4096, MOST_CALLBACKS = 4096; // LIM-9, -10, -12, -13, -14

const u32 = (value) => value >>> 0;
const itemsOf = (message) => message.capabilities.length + message.ports.length;
const indexKey = (index) => toHex(new Writer().u32(index).finish()); // STORE-1

/// How each parameter is checked, by its name: ARG-3 to ARG-7. Gives what the argument denotes.
function checked(activation, form, given, name) {
  const { run } = activation;
  const range = (pointer, length) => {
    demand(u32(pointer) + u32(length) <= activation.memory.length, 'OutOfBounds');
    return u32(pointer);
  };
  switch (name) {
    case 'offset': case 'writeOffset': return range(given[name], given.len);
    case 'locA': case 'locB': return range(given[name], 4);
    case 'readOffset':
      demand(u32(given.readOffset) + u32(given.len) <= run.denoted(given.message).data.length, 'OutOfBounds');
      return u32(given.readOffset);
    case 'message': case 'msgRef': return run.demand(given[name], 'message');
    case 'portRef': return run.demand(given[name], 'port');
    case 'port': return run.demand(given[name], form.operation === 'AddCapability' ? 'capability' : 'port');
    case 'cap': return run.demand(given[name], 'capability');
    case 'responseCap': return given[name] < 0 ? null : run.demand(given[name], 'capability');
    case 'store': return run.demand(given[name], 'store');
    case 'left': case 'right': return given[name];
    default: return u32(given[name]); // sizes, indexes, tags, ticks, time-outs, callbacks: ARG-2, ARG-8
  }
}

const UNCHECKED = new Set(['IsValidReference', 'DeleteReference']); // REF-5, REF-6

export function performImport(activation, form, args) {
  const given = Object.fromEntries(form.params.map(({ name }, i) => [name, args[i]]));
  const prices = activation.schedule.imports[form.operation];
  activation.charge(BigInt(prices.base) + rate(prices.bytes, u32(given.len ?? 0)) + rate(prices.pages, activation.instance.pages));
  const a = {};
  for (const { name } of form.params) {
    a[name] = UNCHECKED.has(form.operation) ? given[name] : checked(activation, form, given, name);
  }
  const message = a.message ?? a.msgRef;
  if (message?.kind === 'message') activation.charge(rate(prices.items, itemsOf(message)));
  const result = OPERATIONS[form.operation](activation, a, given);
  return form.result === null ? undefined : result;
}

/// The name in memory, as hexadecimal digits, or null if it is too long for a name (PORT-6).
function nameAt(activation, { offset, len }) {
  return len > MOST_NAME ? null : toHex(activation.memory.slice(offset, offset + len));
}

const boundPort = (activation, a) => activation.actor.bound.get(nameAt(activation, a)) ?? null;

const hold = (activation, end) => {
  activation.channels.move(end, { kind: 'run', run: activation.run });
  return activation.run.hand({ kind: 'port', end });
};

function destroyPort({ channels, run }, end) {
  run.forgetPort(end);
  channels.destroy(end);
}

function askForCallback(activation, index, args) {
  activation.callbacks.push({ index, args });
  activation.callbacksAsked++;
}

const demandCallback = (activation) => demand(activation.callbacksAsked < MOST_CALLBACKS, 'LimitExceeded');

/// A stored value in the capability dialects (STORE-1), or undefined.
const stored = (activation, key) => activation.actor.storage.get(key);

const OPERATIONS = {
  CreateMessage({ run, memory }, { offset, len, responseCap = null }) {
    demand(len <= MOST_DATA, 'LimitExceeded');
    const response = responseCap && { actor: responseCap.actor, tag: responseCap.tag };
    return run.hand(localMessage({ data: memory.slice(offset, offset + len), capabilities: [], ports: [], response }, 0)); // MSG-2, MSG-10
  },
  MessageDataLength: (_, { message }) => message.data.length,
  LoadMessageData({ memory }, { message, writeOffset, readOffset, len }) {
    memory.set(message.data.subarray(readOffset, readOffset + len), writeOffset);
  },
  MessageTag: (_, { message }) => message.tag | 0,

  AddCapability(_, { message, port }) {
    demand(itemsOf(message) < MOST_ITEMS, 'LimitExceeded');
    message.capabilities.push({ actor: port.actor, tag: port.tag });
  },
  MessageCapabilityCount: (_, { message }) => message.capabilities.length,
  LoadCapability({ run }, { message, index }) {
    demand(index < message.capabilities.length, 'NoSuchIndex');
    return run.hand({ kind: 'capability', ...message.capabilities[index] });
  },
  MintCapability: ({ run, actor }, { tag = 0 }) => run.hand({ kind: 'capability', actor: actor.id, tag }),
  SetResponseCapability(_, { message, cap }) { message.response = { actor: cap.actor, tag: cap.tag }; },

  AddPort({ channels, run }, { message, port }) {
    demand(itemsOf(message) < MOST_ITEMS, 'LimitExceeded');
    run.forgetPort(port.end);
    channels.move(port.end, IN_A_MESSAGE);
    message.ports.push(port.end);
  },
  MessagePortCount: (_, { message }) => message.ports.length,
  LoadPort(activation, { message, index }) {
    demand(index < message.ports.length, 'NoSuchIndex');
    demand(message.ports[index] !== null, 'AlreadyLoaded');
    activation.run.demandRoom(1);
    const end = message.ports[index];
    message.ports[index] = null;
    return hold(activation, end);
  },
  CreateChannel(activation, { locA, locB }) {
    const { run, channels, actor, memory } = activation;
    run.demandRoom(2);
    const id = madeId('channel id', actor.id, actor.channels + BigInt(activation.channelsMade++));
    const ends = channels.make(id, [GONE, GONE]);
    const view = new DataView(memory.buffer);
    ends.forEach((end, i) => view.setUint32(i === 0 ? locA : locB, hold(activation, end), true)); // PORT-1
  },
  BindPort(activation, { offset, len, portRef }) { // PORT-3
    const { actor, channels } = activation;
    const name = nameAt(activation, { offset, len });
    demand(name !== null, 'LimitExceeded');
    demand(portRef.end.place.kind !== 'bound', 'AlreadyBound');
    demand(!actor.bound.has(name), 'NameTaken');
    demand(actor.bound.size < MOST_BOUND, 'LimitExceeded');
    channels.move(portRef.end, { kind: 'bound', actor, name });
  },
  UnbindPort(activation, a) {
    const end = boundPort(activation, a);
    if (end === null) return -1; // REF-4
    activation.run.demandRoom(1);
    return hold(activation, end);
  },
  GetPort(activation, a) {
    const end = boundPort(activation, a);
    return end === null ? -1 : activation.run.hand({ kind: 'port', end });
  },
  DestroyBoundPort(activation, a) { // LEG-4
    const end = boundPort(activation, a);
    if (end !== null) destroyPort(activation, end);
  },
  SendOnPort(activation, { message, port }, given) {
    activation.send({ to: port.end, message: valueOf(message), ticks: null, tag: 0 });
    activation.run.forget(given.message); // MSG-11
  },

  SendToCapability(activation, { cap, message, ticks = null }) {
    if (ticks !== null) activation.give(BigInt(ticks)); // CAP-3
    activation.send({ to: cap.actor, message: valueOf(message), ticks: ticks === null ? null : BigInt(ticks), tag: cap.tag });
  },
  Respond(activation, { message }) { // RESP-2
    demand(activation.owed !== null && !activation.responded, 'NoResponseOwed');
    activation.responded = true;
    activation.send({ to: activation.owed.actor, message: valueOf(message), ticks: null, tag: activation.owed.tag });
  },
  CreateActor(activation, { message }) {
    activation.create(valueOf(message));
    return 0; // LEG-5
  },
  GetNextMessage(activation, { timeout, timeout_callback }) {
    demand(activation.wait === null, 'AlreadyWaiting');
    activation.wait = { timeout: BigInt(timeout), callback: timeout_callback };
  },

  StoreMessage({ actor, change }, { index, msgRef }) { change(actor.storage, indexKey(index), valueOf(msgRef)); },
  LoadMessage(activation, { index, callback }) { // STORE-3
    demandCallback(activation);
    const value = stored(activation, indexKey(index));
    const reference = value ? activation.run.hand(localMessage(value, 0)) : -1;
    askForCallback(activation, callback, [reference]);
    return reference;
  },
  DeleteMessage({ actor, change }, { index }) { change(actor.storage, indexKey(index), undefined); },

  OpenStore(activation, { offset, len, callback }) { // LEG-8
    const key = nameAt(activation, { offset, len });
    demand(key !== null, 'LimitExceeded');
    demandCallback(activation);
    activation.run.demandRoom(2);
    const value = stored(activation, key);
    const empty = { data: new Uint8Array(0), capabilities: [], ports: [], response: null };
    const store = activation.run.hand({ kind: 'store', key });
    const message = activation.run.hand(localMessage(value ?? empty, 0));
    askForCallback(activation, callback, [store, message, value ? 0 : -1]);
  },
  UpdateStore({ actor, change }, { store, message }) { change(actor.storage, store.key, valueOf(message)); },
  DeleteStore({ actor, change }, { store }) { change(actor.storage, store.key, undefined); },

  IsValidReference: ({ run }, { message }) => (run.denoted(message) ? 1 : 0),
  DeleteReference(activation, { message: reference }) { // REF-6
    const denoted = activation.run.denoted(reference);
    if (denoted === null) return;
    if (denoted.kind === 'message') for (const port of denoted.ports) if (port !== null) activation.channels.destroy(port);
    if (denoted.kind === 'port' && denoted.end.place.kind === 'run') destroyPort(activation, denoted.end);
    activation.run.forget(reference);
  },
  AssertEqual() {}, // LEG-2: what it records is nothing that a vector shows
};
