// The instructions of WebAssembly as MOD-1 has it: names, immediates, how many operands each takes and gives, and what the metering must know.
// An opcode that is not here is not accepted (MOD-2).

/// Whether an instruction may trap, and so ends a run of instructions that is paid at once (TICK-3).
const TRAPS = /^(unreachable|.*\.(load|store).*|i(32|64)\.(div|rem)_.|i(32|64)\.trunc_f.*|table\.(get|set|init|copy|grow|fill)|memory\.(grow|init|copy|fill))$/;
/// Whether it computes a float, whose NaN has to be made canonical (MOD-3). Conversions from integers never give one.
const FLOATS = /^f(32|64)\.(add|sub|mul|div|min|max|sqrt|ceil|floor|trunc|nearest|demote_f64|promote_f32)$/;
const BY_OPERAND = {
  'memory.grow': 'memory_grow', 'memory.copy': 'memory_bulk', 'memory.fill': 'memory_bulk', 'memory.init': 'memory_bulk',
  'table.grow': 'table_grow', 'table.copy': 'table_bulk', 'table.fill': 'table_bulk', 'table.init': 'table_bulk',
};

const table = new Map();

function define(code, name, immediates, pops, pushes) {
  const float = FLOATS.exec(name);
  table.set(code, {
    code, name, immediates, pops, pushes,
    traps: TRAPS.test(name),
    float: float ? Number(float[1]) : 0,
    operand: BY_OPERAND[name] ?? null,
  });
}

function series(first, names, immediates, pops, pushes) {
  names.trim().split(/\s+/).forEach((name, i) => define(first + i, name, immediates, pops, pushes));
}

// Operands of structured and branching instructions depend on types: the validator (`module.mjs`) knows them by name.
define(0x00, 'unreachable', '', 0, 0);
define(0x01, 'nop', '', 0, 0);
series(0x02, 'block loop if', 'block', 0, 0);
define(0x05, 'else', '', 0, 0);
define(0x0b, 'end', '', 0, 0);
series(0x0c, 'br br_if', 'index', 0, 0);
define(0x0e, 'br_table', 'labels', 0, 0);
define(0x0f, 'return', '', 0, 0);
define(0x10, 'call', 'index', 0, 0);
define(0x11, 'call_indirect', 'index index', 0, 0);
define(0x1a, 'drop', '', 1, 0);
define(0x1b, 'select', '', 3, 1);
define(0x1c, 'select', 'types', 3, 1);
define(0x20, 'local.get', 'index', 0, 1);
define(0x21, 'local.set', 'index', 1, 0);
define(0x22, 'local.tee', 'index', 1, 1);
define(0x23, 'global.get', 'index', 0, 1);
define(0x24, 'global.set', 'index', 1, 0);
define(0x25, 'table.get', 'index', 1, 1);
define(0x26, 'table.set', 'index', 2, 0);
series(0x28, `i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u
  i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u`, 'index index', 1, 1);
series(0x36, 'i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32', 'index index', 2, 0);
define(0x3f, 'memory.size', 'zero', 0, 1);
define(0x40, 'memory.grow', 'zero', 1, 1);
define(0x41, 'i32.const', 'signed', 0, 1);
define(0x42, 'i64.const', 'signed', 0, 1);
define(0x43, 'f32.const', 'four', 0, 1);
define(0x44, 'f64.const', 'eight', 0, 1);
define(0x45, 'i32.eqz', '', 1, 1);
series(0x46, 'i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u', '', 2, 1);
define(0x50, 'i64.eqz', '', 1, 1);
series(0x51, 'i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u', '', 2, 1);
series(0x5b, 'f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge', '', 2, 1);
for (const [first, type] of [[0x67, 'i32'], [0x79, 'i64']]) {
  series(first, `${type}.clz ${type}.ctz ${type}.popcnt`, '', 1, 1);
  series(first + 3, 'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr'.replace(/\w+/g, `${type}.$&`), '', 2, 1);
}
for (const [first, type] of [[0x8b, 'f32'], [0x99, 'f64']]) {
  series(first, 'abs neg ceil floor trunc nearest sqrt'.replace(/\w+/g, `${type}.$&`), '', 1, 1);
  series(first + 7, 'add sub mul div min max copysign'.replace(/\w+/g, `${type}.$&`), '', 2, 1);
}
series(0xa7, `i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u i64.extend_i32_s i64.extend_i32_u
  i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s
  f32.convert_i64_u f32.demote_f64 f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32
  i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64
  i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s`, '', 1, 1);
define(0xd0, 'ref.null', 'reference', 0, 1);
define(0xd1, 'ref.is_null', '', 1, 1);
define(0xd2, 'ref.func', 'index', 0, 1);
series(0xfc00, `i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u
  i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u`, '', 1, 1);
define(0xfc08, 'memory.init', 'index zero', 3, 0);
define(0xfc09, 'data.drop', 'index', 0, 0);
define(0xfc0a, 'memory.copy', 'zero zero', 3, 0);
define(0xfc0b, 'memory.fill', 'zero', 3, 0);
define(0xfc0c, 'table.init', 'index index', 3, 0);
define(0xfc0d, 'elem.drop', 'index', 0, 0);
define(0xfc0e, 'table.copy', 'index index', 3, 0);
define(0xfc0f, 'table.grow', 'index', 2, 1);
define(0xfc10, 'table.size', 'index', 0, 1);
define(0xfc11, 'table.fill', 'index', 3, 0);

/// The instruction of an opcode; those with the prefix 0xFC are 0xfc00 and what follows it.
export const instruction = (code) => table.get(code);
/// All names, in the order of the binary opcodes, without repetition (TICK-15).
export const names = [...new Set([...table.values()].sort((a, b) => a.code - b.code).map((entry) => entry.name))];
