// The instructions that an activation executes (TRACE-4 to TRACE-7), as the protocol has them: docs/protocol.md, "Instructions".
// Enters: each of them, as it comes. Leaves: how many they are, the hashes of their lines, and one part of them outright, if it is wanted.
// Knows nothing of how they are noticed.

import { plainHash } from './canonical.mjs';

const PART = 65536;

export class Told {
  count = 0;
  parts = [];
  lines = [];
  kept = null;

  /// `wanted`: the number of the part to be kept, or null.
  constructor(wanted) {
    this.wanted = wanted;
  }

  tell(func, offset, opcode, ticks) {
    this.lines.push([func, offset, opcode, String(ticks)]);
    this.count++;
    if (this.lines.length === PART) this.endPart();
  }

  endPart() {
    if (this.parts.length === this.wanted) this.kept = this.lines;
    this.parts.push(plainHash(Buffer.from(this.lines.map((line) => `${JSON.stringify(line)}\n`).join(''))));
    this.lines = [];
  }

  /// All has been told.
  end() {
    if (this.lines.length) this.endPart();
  }

  /// What the result says of them.
  get digest() { return { count: String(this.count), blake3: this.parts }; }
}
