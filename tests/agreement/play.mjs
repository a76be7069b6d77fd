// SPDX-License-Identifier: MIT
//
// What play.cc does natively, done with the module: node play.mjs reactortrack.wasm < calls
import { readFileSync } from 'node:fs';
import { load } from './module.mjs';

const module = await load(process.argv[2]);
const { rt } = module;
const output = [];
let file = new Uint8Array();
let width = 0;
let height = 0;

function hash(bytes) {
  let value = 2166136261;
  for (const byte of bytes) value = Math.imul(value ^ byte, 16777619);
  return value >>> 0;
}

const calls = {
  file: (path) => (file = new Uint8Array(readFileSync(path))),
  open: (bytes) => rt.rt_open(+bytes),
  append: (from, size) => module.append(file.subarray(+from, +from + +size)),
  finish: () => rt.rt_finish(),
  read: (events) => output.push(`read ${rt.rt_read(+events)}`),
  work: (pieces) => {
    let left = 1;
    for (let done = 0; done < +pieces && left > 0; done++) left = rt.rt_work();
    output.push(`work ${left}`);
  },
  move: (event) => output.push(`move ${rt.rt_move(+event)}`),
  boxes: () => output.push(module.boxes().map((number) => ` ${number}`).join('')),
  view: (...numbers) => {
    [width, height] = numbers.map(Number);
    rt.rt_view(...numbers.map(Number));
  },
  zoom: (...numbers) => rt.rt_zoom(...numbers.map(Number)),
  paint: (box) => output.push(`frame ${hash(module.frame(+box, width, height))}`),
  ids: (step) => {
    const ids = [];
    for (let y = 0; y < height; y += +step)
      for (let x = 0; x < width; x += +step) ids.push(rt.rt_pick(x, y));
    output.push(`ids ${hash(new Uint8Array(new Uint32Array(ids).buffer))}`);
  },
  text: (question, a, b, ...words) => output.push(module.text(+question, +a, +b, words.join(' '))),
};

for (const line of readFileSync(0, 'utf8').split('\n')) {
  const [verb, ...words] = line.split(' ');
  if (verb === '') continue;
  if (!(verb in calls)) throw new Error(`${verb}: no such call`);
  calls[verb](...words);
}
process.stdout.write(`${output.join('\n')}\n`);
