// Canonical bytes, object ids and the roots of maps (STATE-1 to STATE-4).
// Enters: values. Leaves: bytes, and hashes as texts of 64 hexadecimal digits, which is what ids are everywhere in this program.

import { deriveKey, hash } from './blake3.mjs';

export const ZERO = '0'.repeat(64);

export const toHex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
export const fromHex = (text) => new Uint8Array(Buffer.from(text, 'hex'));

const plainHashes = new WeakMap();

/// The plain hash of bytes that never change.
export function plainHash(bytes) {
  let known = plainHashes.get(bytes);
  if (!known) plainHashes.set(bytes, (known = toHex(hash(bytes))));
  return known;
}

/// H(kind, bytes): STATE-2.
export const H = (kind, bytes) => toHex(deriveKey(`primea 2026 v1 ${kind}`, bytes));

/// Writes canonical bytes (STATE-1).
export class Writer {
  buffer = Buffer.allocUnsafe(256);
  length = 0;

  /// Room for so many bytes more: gives where they begin.
  room(count) {
    const at = this.length;
    this.length += count;
    if (this.length > this.buffer.length) this.buffer = Buffer.concat([this.buffer], 2 * this.length);
    return at;
  }

  u8(value) { const at = this.room(1); this.buffer[at] = value; return this; }
  u32(value) { const at = this.room(4); this.buffer.writeUInt32LE(value >>> 0, at); return this; }
  u64(value) { const at = this.room(8); this.buffer.writeBigUInt64LE(BigInt(value), at); return this; }
  u64BigEndian(value) { const at = this.room(8); this.buffer.writeBigUInt64BE(BigInt(value), at); return this; }
  raw(bytes) { const at = this.room(bytes.length); this.buffer.set(bytes, at); return this; }
  id(hex) { const at = this.room(32); this.buffer.write(hex, at, 'hex'); return this; }
  bytes(bytes) { return this.u64(bytes.length).raw(bytes); }
  text(text) { return this.bytes(Buffer.from(text, 'utf8')); }
  truth(value) { return this.u8(value ? 1 : 0); }
  list(items, write) { this.u64(items.length); for (const item of items) write(this, item); return this; }
  optional(value, write) { this.truth(value !== null); if (value !== null) write(this, value); return this; }
  ids(list) { return this.list(list, (w, id) => w.id(id)); }
  optionalId(id) { return this.optional(id, (w, value) => w.id(value)); }

  finish() { return this.buffer.subarray(0, this.length); }
  as(kind) { return H(kind, this.finish()); }
}

const bit = (path, level) => (path[level >> 3] >> (7 - (level & 7))) & 1;

function trieRoot(pairs, level) {
  if (pairs.length === 0) return ZERO;
  if (pairs.length === 1) return new Writer().id(toHex(pairs[0].path)).id(pairs[0].value).as('leaf');
  const side = (which) => trieRoot(pairs.filter((pair) => bit(pair.path, level) === which), level + 1);
  return new Writer().id(side(0)).id(side(1)).as('branch');
}

/// The root of a map, given as pairs of a key's bytes and a hash (STATE-4).
export function mapRoot(pairs) {
  return trieRoot(pairs.map(([key, value]) => ({ path: hash(key), value })), 0);
}

/// The root of a list of hashes (STATE-4).
export function listRoot(values) {
  return mapRoot(values.map((value, position) => [new Writer().u64BigEndian(position).finish(), value]));
}

/// The id of the maker's n-th actor or channel: ACTOR-2, STATE-3.
export const madeId = (kind, maker, n) => new Writer().id(maker).u64(n).as(kind);
