// SPDX-License-Identifier: MIT
//
// Before all tests: the recordings they open, made by the installed command from real programs.
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MADE, ROOT, run } from './commands';

function file(name: string): string {
  return path.join(MADE, name);
}

function record(name: string, program: string, ...words: string[]): void {
  run('reactortrack', 'run', '-o', name, path.join(ROOT, program), ...words);
}

/** What a recording of the program killed half-way leaves; and what no recording is. */
function makeDamaged(): void {
  const whole = readFileSync(file('example.rtlog'));
  writeFileSync(file('truncated.rtlog'), whole.subarray(0, Math.floor(whole.length * 0.6)));
  const damaged = Buffer.from(whole);
  damaged[Math.floor(whole.length * 0.7)] = 0xff;
  damaged.fill(0xff, Math.floor(whole.length * 0.7), Math.floor(whole.length * 0.7) + 8);
  writeFileSync(file('damaged.rtlog'), damaged);
  writeFileSync(file('empty.rtlog'), '');
  copyFileSync(path.join(ROOT, 'LICENSE'), file('foreign.rtlog'));
  const lines = readFileSync(file('mon.out'), 'utf8').split('\n');
  writeFileSync(file('broken-line.out'), [...lines.slice(0, 6), '{"action": "attached", ', ...lines.slice(6)].join('\n'));
}

export default function makeRecordings(): void {
  rmSync(MADE, { recursive: true, force: true });
  mkdirSync(path.join(MADE, 'pictures'), { recursive: true });
  record('example.rtlog', 'examples/example.py'); // which also writes mon.out
  record('pipeline.rtlog', 'examples/pipeline.py');
  record('lock.rtlog', 'tests/cases/18_lock_never_released_after_exception.py');
  record('blocked.rtlog', 'tests/cases/30_blocking_callback_stalls_reactor.py');
  record('healthy.rtlog', 'tests/cases/healthy/lock.py');
  record('large.rtlog', 'tests/browser/busy.py', '50000');
  const size = statSync(file('large.rtlog')).size;
  if (size < 10e6) throw new Error(`large.rtlog has ${size} bytes only; give busy.py a larger number`);
  makeDamaged();
}
