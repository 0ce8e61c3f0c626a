// The world: actors, probes, channels, the order in which activations happen (section 12), and what the outside does (section 15).
// Enters: a dialect, a schedule, deeds of the outside. Leaves: records of activations and of arrivals.

import { Activation } from './activation.mjs';
import { plainHash, ZERO } from './canonical.mjs';
import { Channels, compareEnvelopes, insert, IN_A_MESSAGE } from './ports.mjs';
import { importsOf } from './schedule.mjs';

const MOST_ACTIVATIONS = 1000000; // LIM-17 of a step, LIM-18 of all steps together
const MOST_RECORDED_CALLS = 1000000; // the same
const LATEST_TIME = 1n << 62n; // LIM-16
const greater = (a, b) => (a > b ? a : b);

/// A step goes beyond a limit: it cannot be carried out.
export class Overrun extends Error {}

class Actor {
  program = null;
  created = 0n;
  channels = 0n;
  sent = 0n;
  storage = new Map(); // from the key in hexadecimal digits to a message value
  bound = new Map(); // from the name in hexadecimal digits to an end
  inbox = [];
  run = null;

  constructor(id, creation) {
    Object.assign(this, { id, creation, clock: creation.stamp }); // ACTOR-3
  }

  /// What it would take next from its inbox (PORT-11), or null.
  get first() {
    let first = this.inbox[0] ?? null;
    for (const { waiting } of this.bound.values()) {
      if (waiting.length && (!first || compareEnvelopes(waiting[0], first) < 0)) [first] = waiting;
    }
    return first;
  }

  /// What it has to do next and when that starts (TIME-2, TIME-6, WAIT-3), or null.
  get next() {
    if (this.creation) return { deed: 'creation', start: greater(this.clock, this.creation.stamp), handled: this.creation };
    const { first } = this;
    if (this.run && !(first && first.stamp <= this.run.deadline)) return { deed: 'time-out', start: this.run.deadline, handled: null, alone: !first };
    return first && { deed: 'message', start: greater(this.clock, first.stamp), handled: first };
  }

  take(envelope) {
    for (const queue of [this.inbox, ...[...this.bound.values()].map(({ waiting }) => waiting)]) {
      if (queue[0] === envelope) queue.shift();
    }
  }
}

export class World {
  time = 0n;
  injected = 0n;
  spent = 0n;
  burned = 0n;
  outside = { created: 0n, channels: 0n, sent: 0n };
  actors = new Map();
  probes = new Map();
  channels = new Channels((ticks) => { this.burned += ticks; });
  activations = [];
  programs = new Map();
  recordedCalls = 0;
  activationCount = 0;
  tellsOf = () => null; // whom an actor's instructions are told to, if they are

  constructor(dialect, schedule, watchesEvents) {
    Object.assign(this, { dialect, schedule, watchesEvents });
    this.isLegacy = dialect.startsWith('legacy-');
    this.imports = importsOf(dialect);
  }

  programOf(data, make) {
    const code = plainHash(data);
    if (!this.programs.has(code)) this.programs.set(code, make(data));
    return this.programs.get(code);
  }

  /// Whether the import call that is made now is one of those that are recorded.
  isRecorded() {
    return this.watchesEvents && this.recordedCalls++ < MOST_RECORDED_CALLS;
  }

  addProbe(id, name) {
    this.probes.set(id, { id, name, received: [], arrivals: [], seen: new Set() });
  }

  addChannel(id, probes) {
    this.channels.make(id, probes.map((probe) => ({ kind: 'outside', probe: this.probes.get(probe) })));
    this.channels.commit();
    this.outside.channels += 1n;
  }

  createActor(id, envelope) {
    this.actors.set(id, new Actor(id, envelope));
  }

  /// ACTOR-5.
  removeActor(actor) {
    this.actors.delete(actor.id);
    for (const { ticks } of actor.inbox) this.burned += ticks;
  }

  /// To an actor or a probe, by id, or on a port.
  deliver(to, envelope) {
    if (typeof to !== 'string') {
      this.channels.deliver(to, envelope);
    } else if (this.probes.has(to)) {
      insert(this.probes.get(to).received, envelope); // OUT-3
    } else if (this.actors.has(to)) {
      insert(this.actors.get(to).inbox, envelope); // CAP-4
    } else {
      this.burned += envelope.ticks; // CAP-5
    }
  }

  /// OUT-12. What was received is kept as it is now: a port may be taken out of the message later (OUT-5).
  endStep() {
    for (const probe of this.probes.values()) {
      const fresh = [];
      for (const envelope of [probe.received, ...this.endsOf(probe).map(({ waiting }) => waiting)].flat()) {
        if (!probe.seen.has(envelope)) insert(fresh, envelope);
      }
      for (const envelope of fresh) {
        const { message } = envelope;
        probe.seen.add(envelope);
        probe.arrivals.push({ ...envelope, message: { ...message, ports: [...message.ports] } });
      }
    }
  }

  /// The ends that a probe holds.
  endsOf(probe) {
    return [...this.channels.all.values()].flatMap(({ ends }) => ends).filter(({ place }) => place.kind === 'outside' && place.probe === probe);
  }

  // What the outside does.

  /// OUT-5: makes a port one that a probe holds, taking it out of the message in which it is. Null where the outside cannot use it.
  takePort(id, index) {
    const end = this.channels.find(id, index);
    if (!end) return null;
    if (end.place.kind === 'outside') return end;
    if (end.place.kind !== 'message') return null;
    for (const probe of this.probes.values()) {
      const received = this.endsOf(probe).flatMap(({ waiting }) => waiting).filter((envelope) => probe.seen.has(envelope));
      for (const { message } of received) {
        const at = message.ports.indexOf(end);
        if (at < 0) continue;
        this.channels.change(() => message.ports.splice(at, 1), () => message.ports.splice(at, 0, end));
        this.channels.move(end, { kind: 'outside', probe });
        return end;
      }
    }
    return null;
  }

  /// The ports are moved into the message (OUT-5).
  putPorts(ports) {
    for (const end of ports) this.channels.move(end, IN_A_MESSAGE);
  }

  envelope(number, ticks, tag, message) {
    this.injected += ticks; // OUT-4
    return { stamp: this.time, sender: ZERO, number, ticks, tag, message }; // TIME-8
  }

  createFromOutside(id, ticks, message) {
    this.putPorts(message.ports);
    this.channels.commit();
    this.createActor(id, this.envelope(this.outside.created, ticks, 0, message));
    this.outside.created += 1n;
  }

  sendFromOutside(to, tag, ticks, message) {
    this.putPorts(message.ports);
    this.deliver(to, this.envelope(this.outside.sent, ticks, tag, message));
    this.channels.commit();
    this.outside.sent += 1n;
  }

  destroyFromOutside(end) {
    this.channels.destroy(end);
    this.channels.commit();
  }

  // How the world goes on.

  /// OUT-6, in the order of TIME-6.
  goOn() {
    for (;;) {
      let best = null, chosen = null;
      for (const actor of this.actors.values()) {
        const { next } = actor;
        if (!next || (next.alone && next.start > this.time)) continue;
        if (!best || next.start < best.start || (next.start === best.start && actor.id < chosen.id)) [best, chosen] = [next, actor];
      }
      if (!best) return;
      if (++this.activationCount > MOST_ACTIVATIONS) throw new Overrun('too many activations');
      if (best.handled && best.deed === 'message') chosen.take(best.handled);
      const record = new Activation(this, chosen, best.deed, best.handled, best.start).carryOut();
      this.time = greater(this.time, record.end); // TIME-8
      this.activations.push({ actor: chosen, record });
      this.onActivation?.(chosen, record);
    }
  }

  get deadlines() {
    return [...this.actors.values()].flatMap(({ run }) => (run ? [run.deadline] : []));
  }

  /// OUT-7.
  advanceTo(time) {
    if (time > LATEST_TIME) throw new Overrun('too late');
    this.time = greater(this.time, time);
    this.goOn();
  }

  advanceUntilIdle() {
    this.goOn();
    while (this.deadlines.length) this.advanceTo(this.deadlines.reduce((a, b) => (a < b ? a : b)));
  }
}
