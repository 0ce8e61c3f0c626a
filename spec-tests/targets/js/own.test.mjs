// The target's own tests: blake3 against its published vectors, canonical bytes and roots against the worked examples of docs/spec.md (section 21),
// branch tables that V8 would not take, and the transcript of docs/protocol.md.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { deriveKey, hash } from './blake3.mjs';
import { placeOfLabel } from './branch_tables.mjs';
import { fromHex, H, mapRoot, toHex } from './canonical.mjs';
import { names } from './opcodes.mjs';
import { publishedSchedule, scheduleHash } from './schedule.mjs';
import { carryOut } from './vector.mjs';

/// The published vectors hash the bytes 0, 1, ..., 250, 0, 1, ... of some length.
const input = (length) => Uint8Array.from({ length }, (_, i) => i % 251);
const CONTEXT = 'BLAKE3 2019-12-27 16:29:52 test vectors context';
const PUBLISHED = [
  [0, 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262', '2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d'],
  [1, '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213', 'b3e2e340a117a499c6cf2398a19ee0d29cca2bb7404c73063382693bf66cb06c'],
  [1024, '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7', '7356cd7720d5b66b6d0697eb3177d9f8d73a4a5c5e968896eb6a689684302706'],
  [1025, 'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444', 'effaa245f065fbf82ac186839a249707c3bddf6d3fdda22d1b95a3c970379bcb'],
];

test('blake3 gives what its authors publish', () => {
  for (const [length, plain, derived] of PUBLISHED) {
    assert.equal(toHex(hash(input(length))), plain);
    assert.equal(toHex(deriveKey(CONTEXT, input(length))), derived);
  }
});

const spec = readFileSync(new URL('../../../docs/spec.md', import.meta.url), 'utf8');
const examples = [...spec.matchAll(/```example ([a-z ]+)\n(.*?)\n```/gs)].map(([, kind, text]) => ({
  kind,
  lines: text.trim().split('\n').map((line) => line.split('|').map((part) => part.trim())).map(([field, bytes]) => [field, bytes.replaceAll(' ', '')]),
}));

test('the ids and objects of the worked examples', () => {
  const shown = examples.filter(({ lines }) => ['id', 'object id'].includes(lines.at(-1)[0]));
  assert.ok(shown.length >= 10);
  for (const { kind, lines } of shown) {
    const bytes = lines.slice(0, -1).map(([, hex]) => hex).join('');
    assert.equal(H(kind, fromHex(bytes)), lines.at(-1)[1], kind);
  }
});

test('the maps of the worked examples', () => {
  const maps = examples.filter(({ kind }) => kind === 'map');
  assert.ok(maps.length >= 3);
  for (const { lines } of maps) {
    const pairs = [];
    for (let i = 0; i + 1 < lines.length; i += 2) pairs.push([fromHex(lines[i][1]), lines[i + 1][1]]);
    assert.equal(mapRoot(pairs), lines.at(-1)[1]);
  }
});

test('the published schedules name every instruction, in order, and their hashes are right', () => {
  for (const number of [1, 2]) {
    const schedule = publishedSchedule(number);
    assert.deepEqual(Object.keys(schedule.instructions), names);
    assert.equal(scheduleHash(schedule), schedule.hash);
  }
});

test('a long branch table leads where the short one would', () => {
  const labels = Array.from({ length: 140000 }, (_, i) => (i * i) % 7).concat(9);
  const code = [0, ...placeOfLabel({ labels }), 0x0b];
  const leb = (n) => [n & 0x7f | 0x80, n >> 7 & 0x7f | 0x80, n >> 14];
  const binary = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0,
    10, ...leb(code.length + 4), 1, ...leb(code.length), ...code]);
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(binary)).exports;
  const once = [...new Set(labels)];
  for (const i of [0, 1, 2, 65519, 65520, 65521, 131039, 131040, 139999, 140000, -1]) {
    assert.equal(once[f(i)], labels[i] ?? 9, `operand ${i}`);
  }
});

test('a step that cannot be carried out changes nothing (OUT-11)', () => {
  const zero = '0'.repeat(64);
  const channel = (n) => H('channel id', fromHex(zero + `0${n}00000000000000`));
  const probe = { name: 'out', id: H('probe id', new TextEncoder().encode('out')) };
  const port = (n, end) => ({ channel: channel(n), end });
  const send = (on, ports) => ({ do: 'send-on', on, run: true, message: { data: '', ticks: '7', capabilities: [], ports, response: null } });
  const { name, number, hash } = publishedSchedule(2);
  const come = (...steps) => carryOut({
    dialect: 'ports-snake', schedule: { name, number, hash }, modules: {}, probes: [probe],
    channels: [0, 1].map((n) => ({ id: channel(n), ends: [probe.id, probe.id] })), steps,
  }, ['outcomes', 'ticks', 'roots', 'state']);
  const first = send(port(0, 'first'), [port(1, 'first')]);
  const expected = come(first);
  assert.equal(expected.steps.length, 1);
  // The port of the other channel is in a received message, and stays in it.
  assert.deepEqual(come(first, send(port(1, 'first'), [port(9, 'first')]), first), expected);
  assert.equal(come(first, send(port(1, 'first'), [])).steps.length, 2);
  assert.deepEqual(come(first, { do: 'advance', to: String((1n << 62n) + 1n) }), expected);
});

test('the results of the documented transcript', () => {
  const protocol = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
  const answered = [...protocol.matchAll(/^> (\{"type":"run".*)\n< (\{"type":"result".*)$/gm)].map((pair) => pair.slice(1).map((line) => JSON.parse(line)));
  assert.ok(answered.length >= 2);
  for (const [{ vector, levels, watch }, { result }] of answered) {
    assert.deepEqual(JSON.parse(JSON.stringify(carryOut(vector, levels, watch))), result);
  }
});
