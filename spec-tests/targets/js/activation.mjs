// One activation: its opening, the guest's run, and what becomes of it (sections 9, 10, 13).
// Enters: an actor, what it handles, its tank. Leaves: the world changed, and a record of what happened.

import { madeId } from './canonical.mjs';
import { demand, Fault, FAULT } from './faults.mjs';
import { Instance, Program } from './engine.mjs';
import { performImport } from './imports.mjs';
import { Refused } from './reader.mjs';
import { localMessage, Run } from './run.mjs';
import { rate } from './schedule.mjs';

const NOTHING = Object.freeze({ data: new Uint8Array(0), capabilities: [], ports: [], response: null });
const greater = (a, b) => (a > b ? a : b);

function errorMessage(fault) { // RESP-4
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, fault, true);
  return { ...NOTHING, data };
}

export class Activation {
  claims = []; // sends, creations and the answer that name no ticks: TICK-11
  made = []; // all sends and creations, in order
  callbacks = [];
  callbacksAsked = 0;
  events = [];
  wait = null;
  responded = false;
  given = 0n; // what sends that name ticks have taken
  sent = 0;
  created = 0;
  channelsMade = 0;
  undo = [];

  /// `handled` is an envelope, or null for a time-out; `deed` is `creation`, `message` or `time-out`.
  constructor(world, actor, deed, handled, start) {
    Object.assign(this, { world, actor, deed, handled, start });
    this.schedule = world.schedule;
    this.channels = world.channels;
    this.told = world.tellsOf(actor); // to whom instructions are told, or null
    this.run = actor.run?.run ?? null; // the kept VM, if there is one
    this.tank = (handled?.ticks ?? 0n) + (actor.run?.ticks ?? 0n); // TICK-10
    this.purse = this.tank; // what is left, while no instance counts it
    this.owed = handled?.message.response ?? null; // RESP-1
  }

  get instance() { return this.run?.instance ?? null; }
  get memory() { return this.instance.bytes; }

  get left() { return this.counting ? this.instance.left : this.purse; }
  set left(ticks) {
    if (this.counting) this.instance.left = ticks; else this.purse = ticks;
  }

  /// From here on the instance counts the ticks.
  count() {
    this.counting = true;
    this.instance.left = this.purse;
  }

  get spent() { return this.tank - this.given - this.left; }

  /// TICK-2.
  charge(ticks) {
    demand(ticks <= this.left, 'OutOfTicks');
    this.left -= ticks;
  }

  /// CAP-3: takes what a message carries from the tank.
  give(ticks) {
    demand(ticks <= this.left, 'OutOfTicks');
    this.left -= ticks;
    this.given += ticks;
  }

  /// TIME-3.
  get stamp() { return this.start + greater(1n, this.spent); }

  send({ to, message, ticks, tag }) {
    const envelope = { stamp: this.stamp, sender: this.actor.id, number: this.actor.sent + BigInt(this.sent++), ticks, tag, message };
    this.make({ to, envelope });
  }

  create(message) {
    const number = this.actor.created + BigInt(this.created++);
    const envelope = { stamp: this.stamp, sender: this.actor.id, number, ticks: null, tag: 0, message };
    this.make({ child: madeId('actor id', this.actor.id, number), envelope });
  }

  make(deed) {
    this.made.push(deed);
    if (deed.envelope.ticks === null) this.claims.push(deed.envelope);
  }

  /// Changes a map of the actor's, so that a fault can take it back (STORE-5).
  change = (map, key, value) => {
    const old = map.get(key);
    const set = (to) => (to === undefined ? map.delete(key) : map.set(key, to));
    this.undo.push(() => set(old));
    set(value);
  };

  tell(func, place, opcode) {
    this.told.tell(func, place, opcode, this.left);
  }

  callImport = (form, args) => {
    const event = { name: form.name, arguments: args, before: this.left };
    if (this.world.isRecorded()) this.events.push(event);
    try {
      const result = performImport(this, form, args);
      event.result = result ?? null;
      return result;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.number === FAULT.OutOfTicks) this.left = 0n;
      event.result = { fault: error.number };
      throw error;
    } finally {
      event.after = this.left;
    }
  };

  carryOut() {
    let fault = 0, returned = null;
    try {
      returned = this.perform() ?? null;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      fault = error.number;
      if (fault === FAULT.OutOfTicks) this.left = 0n; // TICK-2
    }
    this.told?.end();
    const outcome = fault ? this.fail(fault) : this.succeed();
    return { deed: this.deed, fault, returned: fault ? null : returned, handled: this.handled, start: this.start, tank: this.tank, events: this.world.watchesEvents ? this.events : null, told: this.told, ...outcome };
  }

  /// All that may fault. Gives what the entry export returned.
  perform() {
    if (this.deed === 'creation') this.accept();
    const { program } = this.actor;
    const entry = this.deed === 'creation' ? 'onCreation' : 'onMessage';
    if (this.deed !== 'time-out' && program.entry(entry) === null) return null; // RUN-6
    if (this.run) this.openKept(); else this.openFresh(program);
    const returned = this.deed === 'time-out'
      ? this.instance.callCallback(this.actor.run.callback, [], this.world.isLegacy)
      : this.instance.callEntry(entry, this.reference);
    while (this.callbacks.length) { // RUN-4
      const { index, args } = this.callbacks.shift();
      this.charge(BigInt(this.schedule.activation.callback)); // TICK-8
      this.instance.callCallback(index, args, this.world.isLegacy);
    }
    return returned;
  }

  /// ACTOR-4.
  accept() {
    const { data } = this.handled.message;
    this.actor.creation = null;
    this.charge(rate(this.schedule.activation.code, data.length));
    try {
      this.actor.program = this.world.programOf(data, (bytes) => new Program(bytes, this.world.imports, this.schedule, Boolean(this.told)));
    } catch (error) {
      throw error instanceof Refused ? new Fault('InvalidModule') : error;
    }
  }

  openFresh(program) {
    this.charge(program.openingCharge);
    this.run = new Run();
    this.reference = this.run.hand(localMessage(this.handled.message, this.handled.tag)); // REF-3
    const { run } = this;
    run.activation = this;
    // A run is kept beyond an activation, and then belongs to the activation that it is in.
    run.instance = new Instance(program, (form, args) => run.activation.callImport(form, args), (...it) => run.activation.tell(...it));
    this.count();
    this.instance.start();
  }

  openKept() {
    this.run.activation = this;
    this.count();
    const { kept, kept_entries } = this.schedule.activation;
    this.charge(BigInt(kept) + rate(kept_entries, this.run.references.length + this.instance.keptEntries)); // TICK-7
    if (this.handled) this.reference = this.run.hand(localMessage(this.handled.message, this.handled.tag)); // REF-8
  }

  succeed() {
    const { actor, world } = this;
    const { spent, left } = this;
    const clock = this.start + greater(1n, spent); // TIME-4
    if (this.owed && !this.responded) { // RESP-3
      const number = actor.sent + BigInt(this.sent++);
      this.make({ to: this.owed.actor, envelope: { stamp: clock, sender: actor.id, number, ticks: null, tag: this.owed.tag, message: NOTHING } });
    }
    const waiting = this.wait && { run: this.run, deadline: clock + this.wait.timeout, callback: this.wait.callback, ticks: null };
    if (waiting) this.claims.push(waiting);
    const shares = this.divide(left);
    if (!waiting && this.run) for (const port of this.run.portsLeft) this.channels.destroy(port); // PORT-14
    if (!this.run) for (const port of this.handled.message.ports) this.channels.destroy(port); // RUN-6, RUN-9
    Object.assign(actor, {
      clock, run: waiting, sent: actor.sent + BigInt(this.sent), created: actor.created + BigInt(this.created), channels: actor.channels + BigInt(this.channelsMade),
    });
    for (const { to, child, envelope } of this.made) { // ACTOR-7
      if (child) world.createActor(child, envelope); else world.deliver(to, envelope);
    }
    this.channels.commit();
    world.spent += spent;
    if (!shares.length) world.burned += left; // TICK-11
    return { spent, left, shares, end: clock, waitsUntil: waiting ? waiting.deadline : null };
  }

  /// TICK-11.
  divide(left) {
    const count = BigInt(this.claims.length);
    this.claims.forEach((claim, i) => { claim.ticks = left / count + (i === 0 ? left % count : 0n); });
    return this.claims.map(({ ticks }) => ticks);
  }

  fail(fault) {
    const { actor, world } = this;
    const spent = this.spent;
    const left = this.tank - spent; // what sends had taken is back: TICK-12
    const clock = this.start + greater(1n, spent);
    while (this.undo.length) this.undo.pop()(); // RUN-8
    this.channels.rollBack();
    for (const port of this.handled?.message.ports ?? []) this.channels.destroy(port); // RUN-9
    Object.assign(actor, { clock, run: null });
    if (this.deed === 'creation') world.removeActor(actor); // ACTOR-5
    world.spent += spent;
    if (this.owed) {
      world.deliver(this.owed.actor, { stamp: clock, sender: actor.id, number: actor.sent, ticks: left, tag: this.owed.tag, message: errorMessage(fault) });
      actor.sent += 1n;
    } else {
      world.burned += left;
    }
    this.channels.commit();
    return { spent, left, shares: this.owed ? [left] : [], end: clock, waitsUntil: null };
  }
}
