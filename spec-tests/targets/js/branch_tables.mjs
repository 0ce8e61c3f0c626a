// Branch tables longer than V8 takes. Such a `br_table` becomes one with each of its labels once, behind a function that turns the operand into
// the place of its label there. Whether a module is valid does not change by that, nor what it does.

import { signed, unsigned } from './reader.mjs';

const LONGEST = 65520; // V8's own limit
const I32_CONST = 0x41, BLOCK = 0x02, IF = 0x04, END = 0x0b, BR = 0x0c, BR_TABLE = 0x0e, RETURN = 0x0f, LOCAL_GET = 0x20, LT_U = 0x49, SUB = 0x6b, EMPTY = 0x40;

export const isTooLong = ({ labels }) => labels !== null && labels.length - 1 > LONGEST;

/// The instruction with each label once; its default is the last.
export function shortened({ labels }) {
  const once = [...new Set(labels)];
  return [BR_TABLE, ...unsigned(once.length - 1), ...once.flatMap(unsigned)];
}

/// The body of a function `(i32) -> (i32)`, without its last `end`: from the operand to the place of its label in the shortened table.
export function placeOfLabel({ labels }) {
  const once = [...new Set(labels)];
  const places = new Map(once.map((label, place) => [label, place]));
  const targets = labels.slice(0, -1).map((label) => places.get(label));
  const other = places.get(labels[labels.length - 1]);
  const code = once.flatMap(() => [BLOCK, EMPTY]); // the innermost block is place 0
  for (let from = 0; from < targets.length; from += LONGEST) {
    const part = targets.slice(from, from + LONGEST);
    code.push(LOCAL_GET, 0, I32_CONST, ...signed(from + part.length), LT_U, IF, EMPTY);
    code.push(LOCAL_GET, 0, I32_CONST, ...signed(from), SUB, BR_TABLE, ...unsigned(part.length));
    for (const place of [...part, other]) code.push(...unsigned(place + 1)); // one deeper, for the `if`
    code.push(END);
  }
  code.push(BR, ...unsigned(other));
  once.forEach((_, place) => code.push(END, I32_CONST, ...signed(place), RETURN));
  return [...code, I32_CONST, 0];
}
