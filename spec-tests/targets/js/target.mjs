// The target that `primea conform` talks to (docs/protocol.md): a line in, a line out.
// The VM runs in a thread of its own, because only there can it be given a stack on which 1,024 frames of the greatest size fit (LIM-7, LIM-8):
// it is the count that ends a recursion (RUN-10), never V8's own limit.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { isDialect } from './schedule.mjs';
import { carryOut } from './vector.mjs';

const DIALECTS = ['ports-camel', 'ports-snake', 'capabilities', 'legacy-ports', 'legacy-capabilities'].filter(isDialect);
const LEVELS = ['outcomes', 'ticks', 'roots', 'events', 'state', 'instructions'];
const STACK = 512; // megabytes

function answerTo({ type, id, vector, levels, watch }) {
  if (type === 'hello') return { type, protocol: 1, name: `primea in JavaScript, on V8 ${process.versions.v8}`, dialects: DIALECTS, levels: LEVELS };
  if (type === 'bye') return null;
  if (type !== 'run') throw new Error(`a question of an unknown type: ${type}`);
  if (!DIALECTS.includes(vector.dialect)) return { type: 'skip', id, why: `no dialect ${vector.dialect}` };
  return { type: 'result', id, result: carryOut(vector, levels, watch) };
}

function answer(line) {
  let question = null;
  try {
    question = JSON.parse(line);
    return answerTo(question);
  } catch (error) {
    console.error(error);
    return { type: 'error', id: question?.id ?? null, why: error.message };
  }
}

if (isMainThread) {
  const vm = new Worker(fileURLToPath(import.meta.url), { resourceLimits: { stackSizeMb: STACK, maxOldGenerationSizeMb: 4096 } });
  vm.on('message', (text) => (text === null ? process.exit(0) : process.stdout.write(`${text}\n`)));
  vm.on('error', (error) => { console.error(error); process.exit(1); });
  const input = process.argv[2] ? createReadStream(process.argv[2]) : process.stdin; // a file: one question, `--target-mode file`
  createInterface({ input }).on('line', (line) => vm.postMessage(line)).on('close', () => vm.postMessage('{"type":"bye"}'));
} else {
  parentPort.on('message', (line) => {
    const said = answer(line);
    parentPort.postMessage(said && JSON.stringify(said));
  });
}
