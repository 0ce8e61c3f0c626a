// Rewrites an accepted module so that V8 counts its ticks and its calls exactly, as a schedule says.
// Enters: the description of a module and a schedule. Leaves: a binary for V8.
//
// Ticks: each body pays for its locals first (TICK-17); then a global `left` is charged once for each run of instructions that cannot trap, branch
// or call, the last of a run excepted; so it is exact wherever anybody can look at it (TICK-2, TICK-3). Where the next run cannot be paid, it is
// left out as a whole: the activation faults, and what it did is undone, so nobody sees where in the run the ticks ended.
// Depth: each body counts itself in and out (RUN-10). It stands in a block of its own, which every way out of it goes through.
// Where it is watched, each instruction is charged by itself, after it was told to the element 0 of a table of ours (TRACE-4).

import { isTooLong, placeOfLabel, shortened } from './branch_tables.mjs';
import { F32, F64, FUNCREF, I32, I64, instructions, KIND, MOST_ELEMENTS, MOST_PAGES } from './module.mjs';
import { rate } from './schedule.mjs';
import { Reader, signed, unsigned } from './reader.mjs';

const MOST_CALLS = 1024; // LIM-8
const OUT_OF_TICKS = 10, CALL_DEPTH = 9, INVALID_CONVERSION = 8;
const EMPTY = 0x40;
const OP = {
  unreachable: 0x00, block: 0x02, if: 0x04, end: 0x0b, br: 0x0c, call: 0x10, callIndirect: 0x11, get: 0x20, set: 0x21, globalGet: 0x23, globalSet: 0x24,
  i32const: 0x41, i64const: 0x42, i32ge_u: 0x4f, i64lt_u: 0x54, f32eq: 0x5b, f32ne: 0x5c, f64eq: 0x61, f64ne: 0x62, i32add: 0x6a, i32sub: 0x6b,
  i64add: 0x7c, i64sub: 0x7d, i64mul: 0x7e, i64shr_u: 0x88, extend: 0xad, select: 0x1b, bits32: 0xbc, bits64: 0xbd,
};
const NAN32 = [0x43, 0x00, 0x00, 0xc0, 0x7f], NAN64 = [0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]; // MOD-3

class Bytes {
  constructor() { this.buffer = Buffer.alloc(256); this.length = 0; }
  push(...bytes) { this.append(bytes); }
  append(bytes) {
    while (this.length + bytes.length > this.buffer.length) this.buffer = Buffer.concat([this.buffer, Buffer.alloc(this.buffer.length)]);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }
  get all() { return this.buffer.subarray(0, this.length); }
}

const sized = (bytes) => Buffer.concat([Buffer.from(unsigned(bytes.length)), bytes]);
const text = (name) => sized(Buffer.from(name));

/// What is added to a module, and where it stands in it.
class Additions {
  types = [];
  globals = [];
  functions = [];
  exports = [];
  helpers = new Map();

  constructor(module, schedule, isWatched) {
    Object.assign(this, { module, schedule, isWatched });
    for (const name of ['left', 'fault', 'depth', 'index', 'table']) this[name] = this.global(name, name === 'left' ? I64 : I32);
  }

  type(params, results) {
    const key = JSON.stringify([params, results]);
    let at = this.types.findIndex((known) => known.key === key);
    if (at < 0) at = this.types.push({ key, bytes: Buffer.from([0x60, ...unsigned(params.length), ...params, ...unsigned(results.length), ...results]) }) - 1;
    return this.module.types.length + at;
  }

  /// A counter of ours, readable from outside.
  global(name, type) {
    const at = this.module.globals.length + this.globals.length;
    this.globals.push(Buffer.from([type, 1, type === I64 ? OP.i64const : OP.i32const, 0, OP.end]));
    this.exports.push({ name, kind: KIND.GLOBAL, index: at });
    return at;
  }

  /// The index of a function of ours, made when it is first asked for.
  helper(name, params, results, locals, code) {
    if (!this.helpers.has(name)) {
      this.helpers.set(name, this.module.imports.length + this.module.functions.length + this.functions.length);
      this.functions.push({ type: this.type(params, results), body: sized(Buffer.from(locals.concat(code(), OP.end))) });
    }
    return this.helpers.get(name);
  }

  fail(fault) {
    return [OP.i32const, ...signed(fault), OP.globalSet, ...unsigned(this.fault), OP.unreachable];
  }

  /// Takes what `cost` (instructions that give an i64) says from the ticks left, or faults.
  take(cost) {
    const left = unsigned(this.left);
    return [OP.globalGet, ...left, ...cost, OP.i64lt_u, OP.if, EMPTY, ...this.fail(OUT_OF_TICKS), OP.end,
      OP.globalGet, ...left, ...cost, OP.i64sub, OP.globalSet, ...left];
  }

  charge(ticks) {
    return ticks ? this.take([OP.i64const, ...signed(ticks)]) : [];
  }

  /// Tells where an instruction stands in the binary, then takes its ticks.
  tell(at, ticks) {
    const table = unsigned(this.watcherTable);
    const type = unsigned(this.type([I32], []));
    const index = this.helper(`tell${ticks}`, [I32], [], [0], () => [OP.get, 0, OP.i32const, 0, OP.callIndirect, ...type, ...table, ...this.charge(ticks)]);
    return [OP.i32const, ...signed(at.from), OP.call, ...unsigned(index)];
  }

  /// Pays for the operand on top of the stack (TICK-4, TICK-5).
  payOperand(kind) {
    const { ticks, unit } = this.schedule.operands[kind];
    if (ticks === 0) return [];
    const index = this.helper(kind, [I32], [I32], [1, 1, I64], () => [
      OP.get, 0, OP.extend, OP.i64const, ...signed(unit - 1), OP.i64add, OP.i64const, ...signed(Math.log2(unit)), OP.i64shr_u,
      OP.i64const, ...signed(ticks), OP.i64mul, OP.set, 1, ...this.take([OP.get, 1]), OP.get, 0]);
    return [OP.call, ...unsigned(index)];
  }

  /// Makes the NaN on top of the stack the canonical one (MOD-3).
  canonical(width) {
    const [type, nan, eq] = width === 32 ? [F32, NAN32, OP.f32eq] : [F64, NAN64, OP.f64eq];
    const index = this.helper(`canonical${width}`, [type], [type], [0], () => [OP.get, 0, ...nan, OP.get, 0, OP.get, 0, eq, OP.select]);
    return [OP.call, ...unsigned(index)];
  }

  /// A conversion of a NaN has a fault of its own (FAULT-2), which V8 does not tell apart.
  refuseNan(width) {
    const [type, ne] = width === 32 ? [F32, OP.f32ne] : [F64, OP.f64ne];
    const index = this.helper(`refuse${width}`, [type], [type], [0],
      () => [OP.get, 0, OP.get, 0, ne, OP.if, EMPTY, ...this.fail(INVALID_CONVERSION), OP.end, OP.get, 0]);
    return [OP.call, ...unsigned(index)];
  }

  /// Turns the operand of a branch table that is too long into that of the shortened one.
  placeOfLabel(at) {
    const index = this.helper(`labels${at.from}`, [I32], [I32], [0], () => placeOfLabel(at));
    return [OP.call, ...unsigned(index)];
  }

  /// Tells from outside that a segment was dropped (STATE-8).
  dropped(name) {
    if (!this.helpers.has(name)) this.helpers.set(name, this.global(name, I32));
    return [OP.i32const, 1, OP.globalSet, ...unsigned(this.helpers.get(name))];
  }
}

const TRUNCATION = /^i(?:32|64)\.trunc_f(32|64)_/;
const ENDS_A_RUN = new Set(['if', 'else', 'end', 'br', 'br_if', 'br_table', 'return', 'call', 'call_indirect']);

/// What stands before an instruction, after the charge, and what behind it.
function around(at, added) {
  const { name, operand, float } = at.entry;
  if (operand) return [added.payOperand(operand), []];
  if (float) return [[], added.canonical(float)];
  if (isTooLong(at)) return [added.placeOfLabel(at), []];
  const truncation = TRUNCATION.exec(name);
  if (truncation) return [added.refuseNan(Number(truncation[1])), []];
  if (name === 'data.drop') return [[], added.dropped(`d${at.index}`)];
  if (name === 'elem.drop') return [[], added.dropped(`e${at.index}`)];
  if (name === 'call_indirect') { // remembers what is called, so that a null element can be told from another type
    const index = unsigned(added.index);
    return [[OP.globalSet, ...index, OP.globalGet, ...index, OP.i32const, ...signed(at.second), OP.globalSet, ...unsigned(added.table)], []];
  }
  return [[], []];
}

/// An instruction with what stands around it, piece by piece. A `return` is a branch out of the block in which the body stands, `depth` blocks further out.
function executed(module, at, added, depth) {
  const [before, behind] = around(at, added);
  const own = at.entry.name === 'return' ? [OP.br, ...unsigned(depth)] : isTooLong(at) ? shortened(at) : module.bytes.subarray(at.from, at.to);
  return [before, own, behind];
}

/// How many blocks deeper the code behind an instruction stands.
const deeper = ({ entry: { name } }) => (['block', 'loop', 'if'].includes(name) ? 1 : name === 'end' ? -1 : 0);

/// The body's instructions, each told and charged before it is executed.
function watchedInstructions(module, body, added, out) {
  let depth = 0;
  for (const at of instructions(module, body)) {
    const told = added.tell(at, added.schedule.instructions[at.entry.name]);
    const code = executed(module, at, added, depth);
    for (const bytes of at.entry.name === 'loop' ? [...code, told] : [told, ...code]) out.append(bytes); // a branch to a loop executes it again
    depth += deeper(at);
  }
}

/// The body's instructions with their charges (TICK-14).
function meteredInstructions(module, body, added, out) {
  const costs = added.schedule.instructions;
  let run = new Bytes(), cost = 0, depth = 0;
  const flush = () => {
    out.append(added.charge(cost));
    out.append(run.all);
    run = new Bytes();
    cost = 0;
  };
  for (const at of instructions(module, body)) {
    const { name, traps } = at.entry;
    if (name === 'loop') { // a branch to it pays for it again, and for nothing before it
      flush();
      out.append(module.bytes.subarray(at.from, at.to));
      cost = costs.loop;
      depth++;
      continue;
    }
    cost += costs[name];
    for (const bytes of executed(module, at, added, depth)) run.append(bytes);
    depth += deeper(at);
    if (traps || ENDS_A_RUN.has(name)) flush();
  }
}

function meteredBody(module, body, type, added) {
  const out = new Bytes();
  const depth = unsigned(added.depth);
  out.append(module.bytes.subarray(body.declarations, body.start));
  out.push(OP.globalGet, ...depth, OP.i32const, ...signed(MOST_CALLS), OP.i32ge_u, OP.if, EMPTY, ...added.fail(CALL_DEPTH), OP.end);
  out.push(OP.globalGet, ...depth, OP.i32const, 1, OP.i32add, OP.globalSet, ...depth);
  const result = type.results.length === 0 ? [EMPTY] : type.results.length === 1 ? type.results : signed(added.type([], type.results));
  out.append(added.charge(Number(rate(added.schedule.functions.locals, body.localCount)))); // TICK-17
  out.push(OP.block, ...result);
  (added.isWatched ? watchedInstructions : meteredInstructions)(module, body, added, out);
  out.push(OP.globalGet, ...depth, OP.i32const, 1, OP.i32sub, OP.globalSet, ...depth, OP.end);
  return sized(out.all);
}

/// A list that stands in the module as it was given, with more behind it.
function extended(module, id, more) {
  const section = module.sections.get(id);
  if (!section) return [more.length, more];
  const inside = new Reader(module.bytes, section.at, section.end);
  const count = inside.u32();
  return [count + more.length, [module.bytes.subarray(inside.at, section.end), ...more]];
}

/// Bits of a float global, which JavaScript would not show exactly.
function exportState(module, added) {
  module.globals.forEach(({ type, mutable }, i) => {
    if (!mutable) return;
    const get = (bits) => () => [OP.globalGet, ...unsigned(i), bits];
    const index = type === F32 ? added.helper(`g${i}`, [], [I32], [0], get(OP.bits32))
      : type === F64 ? added.helper(`g${i}`, [], [I64], [0], get(OP.bits64)) : i;
    added.exports.push({ name: `g${i}`, kind: type === F32 || type === F64 ? KIND.FUNCTION : KIND.GLOBAL, index });
  });
  if (module.memories.length) added.exports.push({ name: 'memory', kind: KIND.MEMORY, index: 0 });
  module.tables.forEach((_, i) => added.exports.push({ name: `t${i}`, kind: KIND.TABLE, index: i }));
  for (const name of ['onCreation', 'onMessage']) {
    const index = module.exported(name, KIND.FUNCTION);
    if (index !== null) added.exports.push({ name, kind: KIND.FUNCTION, index });
  }
  if (module.start !== null) added.exports.push({ name: 'start', kind: KIND.FUNCTION, index: module.start });
}

/// A table of all functions, from which the host learns which function a reference means; only where there are references to learn about.
function functionTable(module, added) {
  const count = module.imports.length + module.functions.length;
  const needed = module.tables.length > 0 || module.globals.some(({ type, mutable }) => type === FUNCREF && mutable);
  if (!needed) return { tables: [], elements: [] };
  const table = module.tables.length;
  added.exports.push({ name: 'functions', kind: KIND.TABLE, index: table });
  const indexes = new Bytes();
  for (let i = 0; i < count; i++) indexes.append(unsigned(i));
  const head = [0x02, ...unsigned(table), OP.i32const, 0, OP.end, 0x00, ...unsigned(count)];
  return {
    tables: [{ type: FUNCREF, min: count, max: count }],
    elements: [Buffer.concat([Buffer.from(head), indexes.all])],
  };
}

/// A table for the function to which instructions are told.
function watcherTable(module, added, functions) {
  if (!added.isWatched) return [];
  added.watcherTable = module.tables.length + functions.tables.length;
  added.exports.push({ name: 'watcher', kind: KIND.TABLE, index: added.watcherTable });
  return [{ type: FUNCREF, min: 1, max: 1 }];
}

const withMaximum = ({ min, max }, most) => [1, ...unsigned(min), ...unsigned(Math.min(max ?? most, most))]; // MOD-8

/// The binary to be run. Its exports are ours: the module's own are looked up in its description.
export function meter(module, schedule, isWatched) {
  const added = new Additions(module, schedule, isWatched);
  exportState(module, added);
  const functions = functionTable(module, added);
  const watchers = watcherTable(module, added, functions);
  const bodies = module.bodies.map((body, i) => meteredBody(module, body, module.types[module.functions[i]], added));
  const imports = module.imports.map(({ type }, i) => Buffer.concat([text('host'), text(String(i)), Buffer.from([KIND.FUNCTION, ...unsigned(type)])]));
  const tables = [
    ...module.tables.map((table) => Buffer.from([table.type, ...withMaximum(table, MOST_ELEMENTS)])),
    ...[...functions.tables, ...watchers].map((table) => Buffer.from([table.type, ...withMaximum(table, table.max)])),
  ];
  const exports = added.exports.map(({ name, kind, index }) => Buffer.concat([text(name), Buffer.from([kind, ...unsigned(index)])]));
  const raw = (id) => { const section = module.sections.get(id); return module.bytes.subarray(section.at, section.end); };

  const out = [Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])];
  const section = (id, payload) => out.push(Buffer.from([id]), sized(payload));
  const list = (id, [count, items]) => { if (count) section(id, Buffer.concat([Buffer.from(unsigned(count)), ...items])); };
  list(1, extended(module, 1, added.types.map(({ bytes }) => bytes)));
  list(2, [imports.length, imports]);
  list(3, extended(module, 3, added.functions.map(({ type }) => Buffer.from(unsigned(type)))));
  list(4, [tables.length, tables]);
  list(5, [module.memories.length, module.memories.map((memory) => Buffer.from(withMaximum(memory, MOST_PAGES)))]);
  list(6, extended(module, 6, added.globals));
  list(7, [exports.length, exports]);
  list(9, extended(module, 9, functions.elements));
  if (module.sections.has(12)) section(12, raw(12));
  list(10, [bodies.length + added.functions.length, [...bodies, ...added.functions.map(({ body }) => body)]]);
  if (module.sections.has(11)) section(11, raw(11));
  return Buffer.concat(out);
}
