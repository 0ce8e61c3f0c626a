// Channels, their ends, and what waits at them (section 5). A port is an end of a channel.
// Every change while an activation runs is written to a journal, so that a fault can take it back (RUN-8).

export const GONE = { kind: 'gone' };
export const IN_A_MESSAGE = { kind: 'message' };

/// TIME-5.
export function compareEnvelopes(a, b) {
  if (a.stamp !== b.stamp) return a.stamp < b.stamp ? -1 : 1;
  if (a.sender !== b.sender) return a.sender < b.sender ? -1 : 1;
  return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}

/// Puts an envelope where TIME-5 has it; most come last.
export function insert(queue, envelope) {
  let at = queue.length;
  while (at > 0 && compareEnvelopes(queue[at - 1], envelope) > 0) at--;
  queue.splice(at, 0, envelope);
}

export class Channels {
  all = new Map();
  journal = [];

  constructor(burn) {
    this.burn = burn;
  }

  change(apply, undo) {
    apply();
    this.journal.push(undo);
  }

  /// What was changed stays changed.
  commit() { this.journal = []; }

  /// RUN-8.
  rollBack() {
    while (this.journal.length) this.journal.pop()();
  }

  make(id, places) {
    const channel = { id, ends: [] };
    channel.ends = places.map((place, i) => ({ channel, index: i, place, waiting: [] }));
    this.change(() => this.all.set(id, channel), () => this.all.delete(id));
    return channel.ends;
  }

  find(id, end) {
    return this.all.get(id)?.ends[end] ?? null;
  }

  /// Puts a port somewhere else (PORT-2). Where it was bound, it is bound no more.
  move(end, place) {
    const old = end.place;
    if (old.kind === 'bound') this.change(() => old.actor.bound.delete(old.name), () => old.actor.bound.set(old.name, end));
    if (place.kind === 'bound') this.change(() => place.actor.bound.set(place.name, end), () => place.actor.bound.delete(place.name));
    this.change(() => { end.place = place; }, () => { end.place = old; });
  }

  /// PORT-13: the end is gone, with what waits there, and with the ports therein. PORT-16: so is the channel, when both ends are.
  destroy(port) {
    const doomed = [port];
    while (doomed.length) {
      const end = doomed.pop();
      if (end.place.kind === 'gone') continue;
      this.move(end, GONE);
      const waiting = end.waiting;
      this.change(() => { end.waiting = []; }, () => { end.waiting = waiting; });
      for (const { ticks, message } of waiting) {
        this.change(() => this.burn(ticks), () => this.burn(-ticks));
        doomed.push(...message.ports);
      }
      const { channel } = end;
      if (channel.ends.every(({ place }) => place.kind === 'gone')) {
        this.change(() => this.all.delete(channel.id), () => this.all.set(channel.id, channel));
      }
    }
  }

  /// PORT-9, PORT-12: a message that was sent on `end` arrives at the other one.
  deliver(end, envelope) {
    const other = end.channel.ends[1 - end.index];
    if (other.place.kind === 'gone') {
      this.burn(envelope.ticks);
      for (const port of envelope.message.ports) this.destroy(port);
      return;
    }
    insert(other.waiting, envelope);
  }
}
