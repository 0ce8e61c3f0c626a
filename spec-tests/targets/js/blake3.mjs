// blake3, from the public description of the algorithm: the plain hash, and the mode `derive_key` (STATE-2).
// Enters: bytes. Leaves: 32 bytes. Knows nothing of what is hashed.

const IV = Uint32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const CHUNK_START = 1, CHUNK_END = 2, PARENT = 4, ROOT = 8, DERIVE_KEY_CONTEXT = 32, DERIVE_KEY_MATERIAL = 64;
const BLOCK = 64, CHUNK = 1024;

// The words of the message that each of the seven rounds takes, in the order in which it takes them.
const SCHEDULE = [];
for (let round = 0, words = [...Array(16).keys()]; round < 7; round++) {
  SCHEDULE.push(...words);
  words = PERMUTATION.map((from) => words[from]);
}
const TAKEN = Uint8Array.from(SCHEDULE);

const v = new Uint32Array(16);

function mix(a, b, c, d, x, y) {
  v[a] = v[a] + v[b] + x;
  let t = v[d] ^ v[a];
  v[d] = (t >>> 16) | (t << 16);
  v[c] = v[c] + v[d];
  t = v[b] ^ v[c];
  v[b] = (t >>> 12) | (t << 20);
  v[a] = v[a] + v[b] + y;
  t = v[d] ^ v[a];
  v[d] = (t >>> 8) | (t << 24);
  v[c] = v[c] + v[d];
  t = v[b] ^ v[c];
  v[b] = (t >>> 7) | (t << 25);
}

/// The first eight words of the compression of one block. `words` is the block, `chaining` may be the result's own place.
function compress(chaining, words, counter, length, flags, into) {
  v.set(chaining);
  v[8] = IV[0]; v[9] = IV[1]; v[10] = IV[2]; v[11] = IV[3];
  v[12] = counter >>> 0; v[13] = Math.floor(counter / 0x100000000); v[14] = length; v[15] = flags;
  for (let s = 0; s < 112; s += 16) {
    mix(0, 4, 8, 12, words[TAKEN[s]], words[TAKEN[s + 1]]);
    mix(1, 5, 9, 13, words[TAKEN[s + 2]], words[TAKEN[s + 3]]);
    mix(2, 6, 10, 14, words[TAKEN[s + 4]], words[TAKEN[s + 5]]);
    mix(3, 7, 11, 15, words[TAKEN[s + 6]], words[TAKEN[s + 7]]);
    mix(0, 5, 10, 15, words[TAKEN[s + 8]], words[TAKEN[s + 9]]);
    mix(1, 6, 11, 12, words[TAKEN[s + 10]], words[TAKEN[s + 11]]);
    mix(2, 7, 8, 13, words[TAKEN[s + 12]], words[TAKEN[s + 13]]);
    mix(3, 4, 9, 14, words[TAKEN[s + 14]], words[TAKEN[s + 15]]);
  }
  for (let i = 0; i < 8; i++) into[i] = v[i] ^ v[i + 8];
  return into;
}

const block = new Uint32Array(16);

function readBlock(bytes, from, to) {
  block.fill(0);
  for (let i = from; i < to; i++) block[(i - from) >> 2] |= bytes[i] << (8 * ((i - from) & 3));
}

/// The chaining value of one chunk, or the hash if the chunk is all there is.
function hashChunk(bytes, from, to, key, flags, isRoot) {
  const chaining = Uint32Array.from(key);
  let at = from;
  do {
    const end = Math.min(at + BLOCK, to);
    const first = at === from ? CHUNK_START : 0;
    const last = end === to ? CHUNK_END | (isRoot ? ROOT : 0) : 0;
    readBlock(bytes, at, end);
    compress(chaining, block, from / CHUNK, end - at, flags | first | last, chaining);
    at = end;
  } while (at < to);
  return chaining;
}

function hashTree(bytes, from, to, key, flags, isRoot) {
  const length = to - from;
  if (length <= CHUNK) return hashChunk(bytes, from, to, key, flags, isRoot);
  let left = CHUNK; // the greatest power of two of chunks that leaves something to the right
  while (left * 2 < length) left *= 2;
  const words = new Uint32Array(16);
  words.set(hashTree(bytes, from, from + left, key, flags, false), 0);
  words.set(hashTree(bytes, from + left, to, key, flags, false), 8);
  return compress(key, words, 0, BLOCK, flags | PARENT | (isRoot ? ROOT : 0), words.slice(0, 8));
}

function toBytes(words) {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = words[i >> 2] >>> (8 * (i & 3));
  return bytes;
}

/// The plain hash.
export function hash(bytes) {
  return toBytes(hashTree(bytes, 0, bytes.length, IV, 0, true));
}

const contextKeys = new Map();

/// The hash in the mode `derive_key`: `context` is a text, `bytes` the key material.
export function deriveKey(context, bytes) {
  let key = contextKeys.get(context);
  if (!key) {
    const text = new TextEncoder().encode(context);
    key = hashTree(text, 0, text.length, IV, DERIVE_KEY_CONTEXT, true);
    contextKeys.set(context, key);
  }
  return toBytes(hashTree(bytes, 0, bytes.length, key, DERIVE_KEY_MATERIAL, true));
}
