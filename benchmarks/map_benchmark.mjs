// SPDX-License-Identifier: MIT
//
// What map_benchmark.cc measures natively, measured in WebAssembly.
//
//   node benchmarks/map_benchmark.mjs large.rtlog
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from '../tests/agreement/module.mjs';

const ALL = 0xffffffff;
const bytes = new Uint8Array(readFileSync(process.argv[2]));
const path = fileURLToPath(new URL('../build/wasm/reactortrack.wasm', import.meta.url));
const module = await load(process.argv[3] ?? path);
const { rt } = module;

function measure(name, repetitions, run) {
  const took = [];
  for (let at = 0; at < repetitions; ++at) {
    const started = performance.now();
    run(at);
    took.push(performance.now() - started);
  }
  took.sort((a, b) => a - b);
  const [least, median] = [took[0], took[took.length >> 1]].map((ms) => ms.toFixed(3).padStart(10));
  console.log(`${name.padEnd(28)} ${least} ${median}`);
}

for (let round = 0; round < 3; ++round) {
  rt.rt_open(bytes.length);
  for (let at = 0; at < bytes.length; at += 1 << 20) module.append(bytes.subarray(at, at + (1 << 20)));
  rt.rt_finish();
  measure('read', 1, () => {
    while (rt.rt_read(1_000_000));
  });
}
measure('tree and first layout', 1, () => rt.rt_view(1600, 1000, 1, 0, 0, 0, 0));
const { events, nodes } = JSON.parse(module.text(0));
console.log(`${'events'.padEnd(28)} ${String(events).padStart(10)}`);
console.log(`${'tiles'.padEnd(28)} ${String(nodes).padStart(10)}`);
measure('layout, order', 5, () => rt.rt_view(1600, 1000, 1, 0, 0, 0, 0));
measure('layout, squarified', 5, () => rt.rt_view(1600, 1000, 1, 0, 1, 0, 0));
rt.rt_view(1600, 1000, 1, 0, 0, 0, 0);
// What waits for the first picture: what jumps need, then the findings.
measure('spare time', 1, () => {
  while (rt.rt_work() !== 0);
});
rt.rt_move(events);
measure('paint all', 9, () => rt.rt_paint(ALL));
const third = Math.floor(events / 3);
const half = Math.floor(events / 2);
measure('seek', 9, (at) => rt.rt_move(at % 2 === 0 ? third : 2 * third));
rt.rt_paint(ALL);
measure('step', 999, (at) => rt.rt_move(half + at));
rt.rt_paint(ALL);
measure('step and paint', 999, (at) => {
  const boxes = rt.rt_move(half + 999 + at);
  for (let box = 0; box < boxes; ++box) rt.rt_paint(box);
});
measure('labels, first', 1, () => module.text(6, 1000));
measure('labels', 9, () => module.text(6, 1000));
console.log(`${'wasm memory, MiB'.padEnd(28)} ${String(rt.memory.buffer.byteLength >> 20).padStart(10)}`);
