// Carries out one vector and says what came of it. Enters: a vector without expectations, levels. Leaves: the result that the protocol asks for.

import { fromHex } from './canonical.mjs';
import { publishedSchedule, scheduleHash } from './schedule.mjs';
import { envelopeJson, heldTicks, partsOf, stateJson, stateRoot } from './state.mjs';
import { Told } from './told.mjs';
import { Overrun, World } from './world.mjs';

const END = { first: 0, second: 1 };

function scheduleOf({ name, number, hash, ...prices }) {
  const schedule = { ...(publishedSchedule(number) ?? prices), name, number };
  schedule.hash = scheduleHash(schedule);
  if (schedule.hash !== hash) throw new Error(`the schedule's hash is ${schedule.hash}, not ${hash}`);
  return schedule;
}

/// A message of the outside, with the ports that it takes, or null where it names a port that the outside does not have.
function readMessage(world, { capabilities, ports, response, data }, binary) {
  const taken = ports.map(({ channel, end }) => world.takePort(channel, END[end]));
  return taken.includes(null) ? null : { data: binary ?? fromHex(data), capabilities, ports: taken, response };
}

const DEEDS = {
  create(world, step, modules) {
    const message = readMessage(world, step.message, modules[step.module]);
    if (message) world.createFromOutside(step.actor, BigInt(step.message.ticks), message);
    return message !== null;
  },
  send(world, { to, message: given }) {
    const message = readMessage(world, given);
    if (message) world.sendFromOutside(to.actor, to.tag, BigInt(given.ticks), message);
    return message !== null;
  },
  'send-on'(world, { on, message: given }) {
    const end = world.takePort(on.channel, END[on.end]);
    const message = end && readMessage(world, given);
    if (message) world.sendFromOutside(end, 0, BigInt(given.ticks), message);
    return Boolean(message);
  },
  advance(world, { to }) { world.advanceTo(BigInt(to)); return true; },
  idle(world) { world.advanceUntilIdle(); return true; },
  destroy(world, { port }) {
    const end = world.takePort(port.channel, END[port.end]);
    if (end) world.destroyFromOutside(end);
    return end !== null;
  },
};

function activationJson({ deed, fault, returned, handled, start, tank, spent, left, shares, end, waitsUntil, parts, events, told }) {
  return {
    deed, fault, returned,
    handled: handled && { stamp: String(handled.stamp), sender: handled.sender, number: String(handled.number) },
    start: String(start), end: String(end), tank: String(tank), spent: String(spent), left: String(left), shares: shares.map(String),
    waits_until: waitsUntil === null ? null : String(waitsUntil),
    parts,
    ...(events && { events: events.map((event) => [event.name, event.arguments, event.result, String(event.before), String(event.after)]) }),
    ...(told && { instructions: told.digest }),
  };
}

/// The actors that were active since the last step, in the order of their ids.
function activeActors(world) {
  const actors = new Map();
  for (const { actor, record } of world.activations.splice(0)) {
    if (!actors.has(actor.id)) actors.set(actor.id, []);
    actors.get(actor.id).push(activationJson(record));
  }
  return [...actors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([actor, activations]) => ({ actor, activations }));
}

function checkConservation(world) { // TICK-13
  const accounted = world.spent + world.burned + heldTicks(world);
  if (accounted !== world.injected) throw new Error(`${world.injected} ticks were injected, and ${accounted} are accounted for`);
}

/// Whether a step could be carried out. If not, the world is of no more use (OUT-11).
function isCarriedOut(world, step, modules) {
  try {
    const isDone = DEEDS[step.do](world, step, modules);
    if (isDone && step.run) world.goOn();
    return isDone;
  } catch (error) {
    if (error instanceof Overrun) return false;
    throw error;
  }
}

/// `watch`: the part of the instructions that is wanted outright, and nothing else (docs/protocol.md, "Instructions").
export function carryOut(vector, levels, watch = null) {
  const wants = new Set(levels);
  const world = new World(vector.dialect, scheduleOf(vector.schedule), wants.has('events'));
  const modules = Object.fromEntries(Object.entries(vector.modules).map(([hash, base64]) => [hash, new Uint8Array(Buffer.from(base64, 'base64'))]));
  for (const { id, name } of vector.probes) world.addProbe(id, name);
  for (const { id, ends } of vector.channels) world.addChannel(id, ends);
  world.onActivation = (actor, record) => {
    record.parts = wants.has('roots') && world.actors.has(actor.id) ? partsOf(actor) : null;
  };
  const steps = [];
  let watched = null;
  if (wants.has('instructions')) {
    world.tellsOf = (actor) => {
      const isWatched = watch?.step === steps.length && watch.actor === actor.id
        && watch.activation === world.activations.filter((earlier) => earlier.actor === actor).length;
      const told = new Told(isWatched ? watch.part : null);
      if (isWatched) watched = told;
      return told;
    };
  }
  for (const [at, step] of vector.steps.entries()) {
    if (!isCarriedOut(world, step, modules)) return carryOut({ ...vector, steps: vector.steps.slice(0, at) }, levels, watch);
    world.endStep();
    checkConservation(world);
    steps.push({ actors: activeActors(world), time: String(world.time), ...(wants.has('roots') && { root: stateRoot(world) }) });
  }
  if (watch) return { instructions: watched?.kept ?? null };
  const arrivals = vector.probes.map(({ id }) => ({ probe: id, messages: world.probes.get(id).arrivals.map(envelopeJson) }));
  return { steps, arrivals, ...(wants.has('state') && { state: stateJson(world) }) };
}
