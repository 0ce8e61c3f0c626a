// Runs metered modules in V8. Enters: a description of a module, a tank, what imports do. Leaves: results, faults (FAULT-2), ticks left,
// and the state of a kept instance (STATE-8). Knows nothing of actors and messages.

import { demand, Fault } from './faults.mjs';
import { accept, EXTERNREF, F32, F64, FUNCREF, I32, instructions, isEntryType, KIND, PAGE } from './module.mjs';
import { meter } from './meter.mjs';
import { hash } from './blake3.mjs';
import { listRoot, plainHash, toHex } from './canonical.mjs';
import { rate } from './schedule.mjs';

/// A module that was accepted, ready to be run.
export class Program {
  constructor(bytes, dialectImports, schedule, isWatched) {
    Object.assign(this, { bytes, schedule, isWatched });
    this.module = accept(bytes, dialectImports);
  }

  get compiled() {
    return (this.binary ??= new WebAssembly.Module(meter(this.module, this.schedule, this.isWatched)));
  }

  /// What stands at a place in the binary: the index of its function, and the name of its opcode.
  instructionAt(place) {
    if (!this.places) {
      const { bodies, imports } = this.module;
      this.places = new Map(bodies.flatMap((body, i) =>
        Array.from(instructions(this.module, body), ({ from, entry }) => [from, { func: imports.length + i, opcode: entry.name }])));
    }
    return this.places.get(place);
  }

  entry(name) { return this.module.exported(name, KIND.FUNCTION); }

  /// What an activation in a fresh VM pays (TICK-7).
  get openingCharge() {
    const { imports, functions, tables, globals, exports, data, elements, memories } = this.module;
    const sum = (list, of) => list.reduce((total, item) => total + of(item), 0);
    const counted = elements.filter(({ mode }) => mode !== 'declared');
    const prices = this.schedule.activation;
    return BigInt(prices.fresh)
      + rate(prices.definitions, imports.length + functions.length + tables.length + globals.length + exports.length + data.length + elements.length)
      + rate(prices.mutable_globals, globals.filter(({ mutable }) => mutable).length)
      + rate(prices.imports, imports.length)
      + rate(prices.pages, sum(memories, ({ min }) => min))
      + rate(prices.elements, sum(tables, ({ min }) => min))
      + rate(prices.segments, sum(data.filter(({ mode }) => mode === 'active'), ({ length }) => length) + 4 * sum(counted, ({ count }) => count))
      + rate(prices.segment_elements, sum(counted, ({ count }) => count));
  }
}

/// The fault that a trap of V8's is (FAULT-2).
function faultOfTrap(message, instance) {
  if (message === 'unreachable') return 'Unreachable';
  if (message === 'divide by zero' || message === 'remainder by zero') return 'DivisionByZero';
  if (message === 'divide result unrepresentable' || message === 'float unrepresentable in integer range') return 'IntegerOverflow';
  if (message === 'null function or function signature mismatch') return instance.isCalledElementNull() ? 'NullElement' : 'SignatureMismatch';
  if (/^(table|element)/.test(message)) return 'TableOutOfBounds';
  if (/^(memory|data)/.test(message)) return 'MemoryOutOfBounds';
  throw new Error(`a trap that is not known: ${message}`);
}

// (module (import "a" "b" (func (param i32))) (export "" (func 0)))
const WRAPPER = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 1, I32, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0, 7, 4, 1, 0, 0, 0));

/// A function that takes a number, as one that a table takes.
const guestFunction = (b) => new WebAssembly.Instance(WRAPPER, { a: { b } }).exports[''];

const MARKED = { 8: 'InvalidConversion', 9: 'CallDepth', 10: 'OutOfTicks' };

export class Instance {
  /// `callImport(form, arguments)` is called for each import call; what it throws ends the activation. `tell(func, place, opcode)` is called
  /// before each instruction of a watched program.
  constructor(program, callImport, tell) {
    this.program = program;
    this.module = program.module;
    this.checkSegments();
    const host = {};
    this.module.imports.forEach(({ form }, i) => {
      host[i] = (...args) => callImport(form, args);
    });
    this.exports = new WebAssembly.Instance(program.compiled, { host }).exports;
    if (program.isWatched) {
      this.exports.watcher.set(0, guestFunction((place) => {
        const { func, opcode } = program.instructionAt(place);
        tell(func, place, opcode);
      }));
    }
    this.isMemoryExported = this.module.exported('memory', KIND.MEMORY) !== null;
  }

  /// RUN-1: active segments that do not fit.
  checkSegments() {
    const { elements, data, tables, memories } = this.module;
    for (const segment of elements) {
      if (segment.mode === 'active') demand(segment.offset + segment.count <= tables[segment.table].min, 'TableOutOfBounds');
    }
    for (const segment of data) {
      if (segment.mode === 'active') demand(segment.offset + segment.length <= memories[0].min * PAGE, 'MemoryOutOfBounds');
    }
  }

  get left() { return BigInt.asUintN(64, this.exports.left.value); }
  set left(ticks) { this.exports.left.value = BigInt.asIntN(64, ticks); }

  /// The memory that imports may touch (ARG-3).
  get bytes() { return this.isMemoryExported ? new Uint8Array(this.exports.memory.buffer) : new Uint8Array(0); }
  /// The pages of the module's memory, exported or not: what a kept VM keeps (ARG-1, STATE-8).
  get pages() { return this.exports.memory ? this.exports.memory.buffer.byteLength / PAGE : 0; }

  isCalledElementNull() {
    return this.exports[`t${this.exports.table.value}`].get(this.exports.index.value >>> 0) === null;
  }

  /// Calls a function from outside. Whatever the guest does wrong becomes a `Fault`.
  call(func, args) {
    this.exports.depth.value = 0;
    this.exports.fault.value = 0;
    try {
      return func(...args);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      throw new Fault(MARKED[this.exports.fault.value] ?? faultOfTrap(error.message, this));
    }
  }

  /// What a kept VM has beside its memory and its references, to be paid for (TICK-7).
  get keptEntries() {
    const { tables, globals, data, elements } = this.module;
    return tables.reduce((sum, _, i) => sum + this.exports[`t${i}`].length, 0)
      + globals.filter(({ mutable }) => mutable).length
      + [...data, ...elements].filter(({ mode }) => mode === 'passive').length;
  }

  start() {
    if (this.module.start !== null) this.call(this.exports.start, []);
  }

  callEntry(name, reference) {
    const { params } = this.module.typeOf(this.program.entry(name));
    return this.call(this.exports[name], params.length ? [reference] : []) ?? null;
  }

  /// Calls the callback at an index, with as many of the arguments as it declares (RUN-5, LEG-7).
  callCallback(index, args, isLegacy) {
    const table = this.module.exported('callbacks', KIND.TABLE) ?? this.module.exported('__indirect_function_table', KIND.TABLE);
    demand(table !== null, 'BadCallback');
    const elements = this.exports[`t${table}`];
    demand(index < elements.length && this.module.tables[table].type === FUNCREF, 'BadCallback');
    const func = elements.get(index);
    demand(func !== null, 'BadCallback');
    const functionIndex = this.functionIndex(func);
    demand(functionIndex >= this.module.imports.length, 'BadCallback');
    const type = this.module.typeOf(functionIndex);
    demand(isLegacy ? isLegacyCallback(type) : isEntryType(type) && type.params.length <= args.length, 'BadCallback');
    return this.call(func, type.params.map((_, i) => args[i] ?? 0)) ?? null;
  }

  /// The index of a function in the module, from the object that V8 shows.
  functionIndex(func) {
    if (!this.indexes) {
      this.indexes = new Map();
      const all = this.exports.functions;
      for (let i = 0; i < all.length; i++) this.indexes.set(all.get(i), i);
    }
    return this.indexes.get(func);
  }

  /// The parts of a waiting run that are the instance's (STATE-8).
  snapshot() {
    const { globals, tables, data, elements, memories } = this.module;
    const memory = memories.length ? new Uint8Array(this.exports.memory.buffer) : new Uint8Array(0);
    const pageHashes = pagesOf(memory);
    const isDropped = (prefix) => ({ mode }, i) =>
      (mode !== 'passive') || Boolean(this.exports[`${prefix}${i}`]?.value);
    return {
      pages: pageHashes.length,
      pageHashes,
      memoryRoot: listRoot(pageHashes),
      globals: globals.flatMap(({ type, mutable }, i) => (mutable ? [{ index: i, type, bits: this.globalBits(type, this.exports[`g${i}`]) }] : [])),
      tables: tables.map(({ type }, t) => {
        const elements = this.exports[`t${t}`];
        return Array.from({ length: elements.length }, (_, i) => {
          const element = elements.get(i);
          return element === null || type === EXTERNREF ? null : this.functionIndex(element);
        });
      }),
      droppedData: data.map(isDropped('d')),
      droppedElements: elements.map(isDropped('e')),
    };
  }

  globalBits(type, shown) {
    if (type === F32) return BigInt(shown() >>> 0);
    if (type === F64) return BigInt.asUintN(64, shown());
    if (type === FUNCREF) return shown.value === null ? 0n : BigInt(this.functionIndex(shown.value) + 1);
    if (type === EXTERNREF) return 0n; // nobody can give a guest one that is not null
    return type === I32 ? BigInt(shown.value >>> 0) : BigInt.asUintN(64, shown.value);
  }
}

const isLegacyCallback = ({ params, results }) => results.length <= 1 && [...params, ...results].every((type) => type === I32);

const ZERO_PAGE = plainHash(new Uint8Array(PAGE));
export const isZeroPage = (pageHash) => pageHash === ZERO_PAGE;

function pagesOf(memory) {
  const hashes = [];
  for (let at = 0; at < memory.length; at += PAGE) {
    const page = memory.subarray(at, at + PAGE);
    hashes.push(new BigUint64Array(page.buffer, page.byteOffset, PAGE / 8).every((word) => word === 0n) ? ZERO_PAGE : toHex(hash(page)));
  }
  return hashes;
}
