// Reads the pieces of a Wasm binary. Enters: bytes. Leaves: numbers, names, and places in the bytes.

/// A module that is not acceptable (MOD-1). `why` is for readers only.
export class Refused extends Error {}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    Object.assign(this, { bytes, at, end });
  }

  get done() { return this.at >= this.end; }

  byte() {
    if (this.at >= this.end) throw new Refused('ends too early');
    return this.bytes[this.at++];
  }

  skip(count) {
    if (this.at + count > this.end) throw new Refused('ends too early');
    this.at += count;
  }

  u32() {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffffffff) throw new Refused('a number is too great');
        return value;
      }
    }
    throw new Refused('a number is too long');
  }

  /// A signed number of any width, as BigInt; how great it may be, WebAssembly's own validation has said.
  signed() {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return byte & 0x40 ? value - (1n << (shift + 7n)) : value;
    }
    throw new Refused('a number is too long');
  }

  /// The length in bytes and the text of a name.
  name() {
    const length = this.u32();
    const from = this.at;
    this.skip(length);
    try {
      return { length, text: utf8.decode(this.bytes.subarray(from, this.at)) };
    } catch {
      throw new Refused('a name is no UTF-8');
    }
  }

  /// Another reader for the bytes of a part that begins with its size, which is passed.
  part() {
    const size = this.u32();
    const from = this.at;
    this.skip(size);
    return new Reader(this.bytes, from, this.at);
  }

  list(read) {
    const count = this.u32();
    if (count > this.end - this.at) throw new Refused('a list is longer than the module');
    return Array.from({ length: count }, (_, i) => read(i));
  }
}

export const unsigned = (value) => {
  const bytes = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value ? low | 0x80 : low);
  } while (value);
  return bytes;
};

export const signed = (value) => {
  const bytes = [];
  for (let rest = BigInt(value); ;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const last = (rest === 0n && !(low & 0x40)) || (rest === -1n && low & 0x40);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
};
