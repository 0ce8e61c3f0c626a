// Reads a guest's binary and says whether it is acceptable (MOD-1 to MOD-9, LIM-1 to LIM-7, LIM-12, LIM-19 to LIM-21).
// Enters: bytes and the imports of the dialect. Leaves: a description of the module, or `Refused`.
// Types of instructions are left to V8's validation; what V8 accepts beyond MOD-1 is refused here.

import { isTooLong, shortened } from './branch_tables.mjs';
import { Reader, Refused, unsigned } from './reader.mjs';
import { instruction } from './opcodes.mjs';

export const PAGE = 65536;
export const MOST_PAGES = 1024; // LIM-2
export const MOST_ELEMENTS = 65536; // LIM-3
export const I32 = 0x7f, I64 = 0x7e, F32 = 0x7d, F64 = 0x7c, FUNCREF = 0x70, EXTERNREF = 0x6f;
const VALUE_TYPES = new Set([I32, I64, F32, F64, FUNCREF, EXTERNREF]);
const FUNCTION = 0, TABLE = 1, MEMORY = 2, GLOBAL = 3;

const require = (holds, why) => { if (!holds) throw new Refused(why); };

function valueType(reader) {
  const type = reader.byte();
  require(VALUE_TYPES.has(type), `value type ${type.toString(16)}`);
  return type;
}

function functionType(reader) {
  require(reader.byte() === 0x60, 'a type that is no function type');
  const type = { params: reader.list(() => valueType(reader)), results: reader.list(() => valueType(reader)) };
  require(type.params.length <= 1000, 'too many parameters'); // LIM-19
  require(type.results.length <= 32, 'too many results'); // LIM-20
  return type;
}

function limits(reader) {
  const flag = reader.byte();
  require(flag <= 1, 'limits of another proposal');
  return { min: reader.u32(), max: flag ? reader.u32() : null };
}

function tableType(reader) {
  const type = reader.byte();
  require(type === FUNCREF || type === EXTERNREF, 'a table of another proposal');
  return { type, ...limits(reader) };
}

/// A constant expression: one instruction, then `end`. No global is imported, so that `global.get` cannot stand here (MOD-4).
function constant(reader) {
  const from = reader.at;
  const code = reader.byte();
  let value;
  if (code === 0x41 || code === 0x42) value = reader.signed();
  else if (code === 0x43) reader.skip(4);
  else if (code === 0x44) reader.skip(8);
  else if (code === 0xd0) valueType(reader);
  else if (code === 0xd2) value = reader.u32();
  else throw new Refused('a constant expression of another proposal');
  require(reader.byte() === 0x0b, 'an extended constant expression');
  return { value, bytes: reader.bytes.subarray(from, reader.at) };
}

/// An offset in a table or memory is unsigned.
const offset = (reader) => Number(BigInt.asUintN(32, constant(reader).value ?? 0n));

function elementSegment(reader) {
  const flags = reader.u32();
  require(flags <= 7, 'an element segment of another proposal');
  const segment = { mode: flags & 1 ? (flags & 2 ? 'declared' : 'passive') : 'active', table: 0 };
  if (segment.mode === 'active') {
    if (flags & 2) segment.table = reader.u32();
    segment.offset = offset(reader);
  }
  if (flags & 3) reader.byte(); // the kind or type of the elements
  segment.count = reader.list(() => (flags & 4 ? constant(reader) : reader.u32())).length;
  return segment;
}

function dataSegment(reader) {
  const flags = reader.u32();
  require(flags <= 2, 'a data segment of another proposal');
  const segment = { mode: flags === 1 ? 'passive' : 'active' };
  if (flags === 2) require(reader.u32() === 0, 'another memory');
  if (segment.mode === 'active') segment.offset = offset(reader);
  segment.length = reader.u32();
  reader.skip(segment.length);
  return segment;
}

function importEntry(reader) {
  const from = reader.name(), name = reader.name();
  require(from.length <= 100000 && name.length <= 100000, 'a name of an import is too long'); // LIM-19
  require(reader.byte() === FUNCTION, 'an import that is no function'); // MOD-4
  return { module: from.text, name: name.text, type: reader.u32() };
}

function exportEntry(reader) {
  const name = reader.name();
  require(name.length <= 1024, 'a name of an export is too long'); // LIM-12
  require(!name.text.startsWith('primea:'), 'a reserved export'); // MOD-5
  const kind = reader.byte();
  require(kind <= GLOBAL, 'an export of another proposal');
  return { name: name.text, kind, index: reader.u32() };
}

function codeEntry(reader) {
  const body = reader.part();
  require(body.end - body.at <= 131072, 'a body is too long'); // LIM-6
  const declarations = body.at;
  const locals = body.list(() => ({ count: body.u32(), type: valueType(body) }));
  return { declarations, start: body.at, end: body.end, locals };
}

const SECTIONS = {
  1: ['types', functionType],
  2: ['imports', importEntry],
  3: ['functions', (reader) => reader.u32()],
  4: ['tables', tableType],
  5: ['memories', limits],
  6: ['globals', (reader) => {
    const type = valueType(reader), mutable = reader.byte() === 1, init = constant(reader);
    return { type, mutable, init: init.bytes };
  }],
  7: ['exports', exportEntry],
  9: ['elements', elementSegment],
  10: ['bodies', codeEntry],
  11: ['data', dataSegment],
};

function decode(bytes) {
  const module = { bytes, sections: new Map(), start: null };
  for (const [name] of Object.values(SECTIONS)) module[name] = [];
  const reader = new Reader(bytes, 8);
  while (!reader.done) {
    const head = reader.at;
    const id = reader.byte();
    const section = Object.assign(reader.part(), { head });
    if (id === 0) { // MOD-9
      const { length } = new Reader(bytes, section.at, section.end).name();
      require(length <= 100000, 'the name of a custom section is too long'); // LIM-23
      continue;
    }
    require(id <= 12, 'a section of another proposal');
    module.sections.set(id, section);
    const inside = new Reader(bytes, section.at, section.end);
    if (id === 8) module.start = inside.u32();
    if (SECTIONS[id]) module[SECTIONS[id][0]] = inside.list(() => SECTIONS[id][1](inside));
  }
  return module;
}

function keepLimits(module) {
  const { types, imports, functions, tables, memories, globals, exports, elements, data } = module;
  for (const memory of memories) require(memory.min <= MOST_PAGES, 'a memory is too great'); // LIM-2
  for (const table of tables) require(table.min <= MOST_ELEMENTS, 'a table is too great'); // LIM-3
  require(tables.length <= 16, 'too many tables'); // LIM-4
  require(globals.length <= 4096, 'too many globals'); // LIM-5
  require(imports.length + functions.length <= 65536, 'too many functions'); // LIM-6
  for (const list of [types, exports, data, elements]) require(list.length <= 65536, 'too many of something'); // LIM-19
  const size = (type) => 2 + type.params.length + type.results.length;
  let sizes = 0; // LIM-21
  for (const entry of imports) sizes += size(types[entry.type]);
  for (const entry of exports) sizes += entry.kind === FUNCTION ? size(module.typeOf(entry.index)) : 1;
  require(sizes <= 500000, 'imports and exports are too great');
}

/// An entry export's type: RUN-3.
export const isEntryType = ({ params, results }) =>
  params.length <= 1 && results.length <= 1 && [...params, ...results].every((type) => type === I32);

function keepInterface(module, dialectImports) {
  for (const entry of module.imports) { // MOD-4, DIAL-5
    const { params, results } = module.types[entry.type];
    const form = dialectImports.find((known) => known.name === entry.name
      && (known.module === '*' || known.module === entry.module)
      && known.params.length === params.length && (known.result !== null) === (results.length === 1)
      && results.length <= 1 && [...params, ...results].every((type) => type === I32));
    require(form, `no import ${entry.module}.${entry.name} of this type`);
    entry.form = form;
  }
  for (const name of ['onCreation', 'onMessage']) { // MOD-6
    const entry = module.exports.find((candidate) => candidate.name === name);
    if (!entry) continue;
    require(entry.kind === FUNCTION && entry.index >= module.imports.length, `${name} is no function of the module's own`);
    require(isEntryType(module.typeOf(entry.index)), `${name} has another type`);
  }
  require(module.start === null || module.start >= module.imports.length, 'the start function is imported');
}

/// Less than 0: the byte of a type, less 128 (0x40 for none); otherwise the index of a function type. V8 takes a byte written at length, too.
function readBlockType(reader) {
  const from = reader.at;
  const block = Number(reader.signed());
  require(block >= 0 || reader.at === from + 1, 'a block type is written in more than a byte');
  return block;
}

/// Reads the immediates of one instruction; `index` and `second` are its first two numbers.
function immediates(reader, entry) {
  const found = { labels: null, block: null, index: 0, second: 0 };
  let numbers = 0;
  for (const kind of entry.immediates ? entry.immediates.split(' ') : []) {
    if (kind === 'index' || kind === 'zero') {
      const value = reader.u32();
      require(kind === 'index' || value === 0, 'another memory');
      if (numbers++ === 0) found.index = value; else found.second = value;
    } else if (kind === 'signed') reader.signed();
    else if (kind === 'four') reader.skip(4);
    else if (kind === 'eight') reader.skip(8);
    else if (kind === 'reference') valueType(reader);
    else if (kind === 'types') reader.list(() => valueType(reader));
    else if (kind === 'labels') { found.labels = reader.list(() => reader.u32()); found.labels.push(reader.u32()); }
    else if (kind === 'block') found.block = readBlockType(reader);
  }
  return found;
}

/// The instructions of a body, in order: `entry` of the table of opcodes, where it stands, and its immediates.
export function* instructions(module, body) {
  const reader = new Reader(module.bytes, body.start, body.end);
  while (!reader.done) {
    const from = reader.at;
    let code = reader.byte();
    if (code === 0xfc) code = 0xfc00 + reader.u32();
    const entry = instruction(code);
    require(entry, `opcode ${code.toString(16)}`);
    yield { entry, from, ...immediates(reader, entry), to: reader.at };
  }
}

/// The type of a block: none, one value type, or the index of a function type.
export function blockType(module, block) {
  if (block >= 0) return module.types[block];
  if (block === -64) return { params: [], results: [] };
  require(VALUE_TYPES.has(block + 128), 'a block type of another proposal');
  return { params: [], results: [block + 128] };
}

/// The greatest number of values on the operand stack, by WebAssembly's validation algorithm (LIM-7). The body is known to be valid
/// but for opcodes that V8 has beyond MOD-1.
function greatestHeight(module, body, type) {
  let height = 0, greatest = 0;
  const frames = [{ base: 0, dead: false, loop: false, params: [], results: type.results }];
  const top = () => frames[frames.length - 1];
  const pop = (count) => { height = top().dead ? Math.max(top().base, height - count) : height - count; };
  const push = (count) => { height += count; };
  const leave = () => { height = top().base; top().dead = true; };
  const label = (depth) => { const frame = frames[frames.length - 1 - depth]; return (frame.loop ? frame.params : frame.results).length; };
  const call = (callee) => { pop(callee.params.length); push(callee.results.length); };
  const enter = (block, loop) => {
    const { params, results } = blockType(module, block);
    require(params.length <= 32, 'a block has too many parameters'); // LIM-20
    pop(params.length);
    frames.push({ base: height, dead: false, loop, params, results });
    push(params.length);
  };
  const special = {
    block: (at) => enter(at.block, false),
    loop: (at) => enter(at.block, true),
    if: (at) => { pop(1); enter(at.block, false); },
    else: () => { Object.assign(top(), { dead: false }); height = top().base; push(top().params.length); },
    end: () => { const frame = frames.pop(); height = frame.base; push(frame.results.length); },
    br: leave, br_table: leave, return: leave, unreachable: leave,
    br_if: (at) => { pop(1); pop(label(at.index)); push(label(at.index)); },
    call: (at) => call(module.typeOf(at.index)),
    call_indirect: (at) => { pop(1); call(module.types[at.index]); },
  };
  for (const at of instructions(module, body)) {
    const step = special[at.entry.name];
    if (step) step(at); else { pop(at.entry.pops); push(at.entry.pushes); }
    greatest = Math.max(greatest, height);
  }
  return greatest;
}

function keepFrames(module) {
  let declared = 0;
  module.bodies.forEach((body, i) => {
    const type = module.types[module.functions[i]];
    const locals = body.locals.reduce((sum, local) => sum + local.count, 0);
    body.localCount = locals;
    declared += locals;
    require(declared <= 4096 + 4 * module.bytes.length, 'too many locals'); // LIM-24
    body.height = greatestHeight(module, body, type);
    require(type.params.length + locals + body.height <= 4096, 'a frame is too great');
  });
}

/// The binary as V8 can validate it: branch tables that are too long for it are shortened.
function validatable(module) {
  const { bytes, bodies } = module;
  const replaced = bodies.map((body) => {
    const long = body.end - body.start > 65520 ? [...instructions(module, body)].filter(isTooLong) : [];
    const parts = [];
    let at = body.declarations;
    for (const table of long) {
      parts.push(bytes.subarray(at, table.from), Buffer.from(shortened(table)));
      at = table.to;
    }
    const all = Buffer.concat([...parts, bytes.subarray(at, body.end)]);
    return { isLong: long.length > 0, bytes: Buffer.concat([Buffer.from(unsigned(all.length)), all]) };
  });
  if (!replaced.some(({ isLong }) => isLong)) return bytes;
  const section = module.sections.get(10);
  const code = Buffer.concat([Buffer.from(unsigned(bodies.length)), ...replaced.map((body) => body.bytes)]);
  return Buffer.concat([bytes.subarray(0, section.head), Buffer.from([10, ...unsigned(code.length)]), code, bytes.subarray(section.end)]);
}

/// The module that these bytes are in this dialect, or `Refused`.
export function accept(bytes, dialectImports) {
  require(bytes.length <= 8388608, 'the module is too long'); // LIM-1
  const module = decode(bytes);
  require(WebAssembly.validate(validatable(module)), 'not valid');
  module.typeOf = (index) => module.types[index < module.imports.length
    ? module.imports[index].type : module.functions[index - module.imports.length]];
  module.exported = (name, kind) => {
    const entry = module.exports.find((candidate) => candidate.name === name && candidate.kind === kind);
    return entry ? entry.index : null;
  };
  keepLimits(module);
  keepInterface(module, dialectImports);
  keepFrames(module);
  return module;
}

export const KIND = { FUNCTION, TABLE, MEMORY, GLOBAL };
