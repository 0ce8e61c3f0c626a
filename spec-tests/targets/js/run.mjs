// A run: an instance, and the table of its references (section 3).
// A reference denotes a message local to the run, a port, a capability or a store; a slot is null once it was deleted.

import { demand } from './faults.mjs';

const MOST_REFERENCES = 65536; // LIM-11

/// A message as a run has it: its items may grow and, where they are ports, be taken out, which leaves null (MSG-7).
export function localMessage({ data, capabilities, ports, response }, tag) {
  return { kind: 'message', data, capabilities: [...capabilities], ports: [...ports], response, tag };
}

/// The value of a message at this moment (MSG-3, MSG-12).
export function valueOf({ data, capabilities, ports, response }) {
  return { data, capabilities: [...capabilities], ports: ports.filter((port) => port !== null), response };
}

export class Run {
  references = [];
  referencesTo = new Map(); // from a port to all references to it that were handed out and not invalidated by its leaving
  instance = null;

  /// REF-8: to be asked as the last of a call's conditions.
  demandRoom(count) {
    demand(this.references.length + count <= MOST_REFERENCES, 'LimitExceeded');
  }

  hand(denoted) {
    this.demandRoom(1);
    const reference = this.references.push(denoted) - 1;
    if (denoted.kind === 'port') {
      if (!this.referencesTo.has(denoted.end)) this.referencesTo.set(denoted.end, []);
      this.referencesTo.get(denoted.end).push(reference);
    }
    return reference;
  }

  /// What a reference denotes, or null where it is not valid (REF-5).
  denoted(reference) {
    return this.references[reference] ?? null;
  }

  forget(reference) {
    this.references[reference] = null;
  }

  /// Invalidates all references to a port that leaves the run or is destroyed (REF-7).
  forgetPort(end) {
    for (const reference of this.referencesTo.get(end) ?? []) this.references[reference] = null;
    this.referencesTo.delete(end);
  }

  /// What an argument must denote (ARG-4).
  demand(reference, kind) {
    const denoted = this.denoted(reference);
    demand(denoted !== null, 'InvalidReference');
    demand(denoted.kind === kind, 'WrongKind');
    return denoted;
  }

  /// The ports that are destroyed when the run ends (PORT-14).
  get portsLeft() {
    return this.references.flatMap((denoted) => {
      if (denoted?.kind === 'message') return denoted.ports.filter((port) => port !== null);
      return denoted?.kind === 'port' && denoted.end.place.kind === 'run' ? [denoted.end] : [];
    });
  }
}
