// Tick schedules and dialects, as `primea interface --format json` prints them (TICK-15, STATE-12).
// Enters: that text, kept in `interface.json` and, with the other published schedule, `plain.json`, and the prices in a vector. Leaves: prices, and the imports of a dialect.

import { readFileSync } from 'node:fs';
import { Writer } from './canonical.mjs';

const printed = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
const published = printed('./interface.json');

/// TICK-4.
export const rate = ({ ticks, unit }, amount) => BigInt(ticks) * ((BigInt(amount) + BigInt(unit) - 1n) / BigInt(unit));

/// The imports of a dialect: `name`, `module` (`*` where any will do, LEG-1), `params`, `result`, `operation`.
export const importsOf = (dialect) => published.dialects[dialect].imports;
export const isDialect = (dialect) => Object.hasOwn(published.dialects, dialect);

/// All numbers of a part of a schedule in the order in which the published one has its keys.
function numbers(part, model) {
  return typeof model === 'number' ? [part] : Object.keys(model).flatMap((key) => numbers(part[key], model[key]));
}

/// STATE-12.
export function scheduleHash(schedule) {
  const { name, number, hash, ...prices } = published.schedule;
  const w = new Writer().u32(schedule.number);
  for (const price of numbers(schedule, prices)) w.u32(price);
  return w.as('schedule');
}

/// The published schedule of that number, if there is one.
const schedules = [published.schedule, printed('./plain.json').schedule];
export const publishedSchedule = (number) => schedules.find((schedule) => schedule.number === number);
