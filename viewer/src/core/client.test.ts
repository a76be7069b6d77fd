// SPDX-License-Identifier: MIT
//
// The client on the real module: bytes of recordings in, answers and pixels out. The worker's
// messages go through a channel within this process; tools/build_wasm.sh makes the module.
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FindingsPage } from './answers';
import { CoreClient } from './client';
import { Host, type Surface } from './host';
import type { FromWorker, Painted, Place, Show } from './messages';
import { WasmModule } from './wasm';

const MODULE = process.env['REACTORTRACK_WASM'] ?? '../build/wasm/reactortrack.wasm';
const ROOT: Place = { node: 0, deferred: undefined, position: undefined };
const NOTHING: Place = { node: undefined, deferred: undefined, position: undefined };
const SHOW: Show = {
  revision: 1, event: 0, width: 400, height: 300, ratio: 1, root: ROOT, layout: 0, weight: 0, dark: false,
  outlines: false, scale: 1, x: 0, y: 0, selected: NOTHING, hovered: undefined, settled: true,
};

let compiled: WebAssembly.Module;
let lines: Uint8Array;
let program: Uint8Array;

beforeAll(async () => {
  compiled = await WebAssembly.compile(await readFile(MODULE).then((bytes) => new Uint8Array(bytes)).catch(() => {
    throw new Error(`${MODULE} is missing; tools/build_wasm.sh makes it`);
  }));
  lines = await readFile('../fuzz/corpus/lines_of_2013.jsonl');
  program = await readFile('../fuzz/corpus/program.bytes');
});

class Pixels implements Surface {
  rgba = new Uint8ClampedArray(0);
  puts = 0;
  resize(): void { /* put has all of it */ }
  put(frame: Uint8ClampedArray<ArrayBuffer>): void { this.rgba = frame.slice(); this.puts++; }
  ink(): void { /* not looked at */ }
  png(): Promise<Blob> { return Promise.resolve(new Blob()); }
  /** How many pixels have this colour. */
  count(red: number, green: number, blue: number): number {
    let count = 0;
    for (let at = 0; at < this.rgba.length; at += 4) {
      if (this.rgba[at] === red && this.rgba[at + 1] === green && this.rgba[at + 2] === blue) count++;
    }
    return count;
  }
}

async function client(): Promise<{ core: CoreClient; pixels: Pixels; paint: (show: Show) => Promise<Painted> }> {
  const pixels = new Pixels();
  let listener: (message: FromWorker) => void = () => undefined;
  const host = new Host({
    module: () => WasmModule.create(compiled),
    send: (message) => { queueMicrotask(() => { listener(message); }); },
    soon: (work) => { setTimeout(work, 0); },
    after: (ms, work) => { setTimeout(work, ms); },
    now: () => performance.now(),
  });
  await host.start(pixels);
  const core = new CoreClient({
    post: (message) => { if (message.do !== 'start') host.receive(structuredClone(message)); },
    listen: (each) => { listener = each; },
  });
  const paint = (show: Show): Promise<Painted> => new Promise((resolve) => {
    const end = core.listen({
      read: () => undefined, reach: () => undefined, stop: () => undefined, look: () => undefined, find: () => undefined,
      paint: (painted) => { end(); resolve(painted); },
    });
    core.show(show);
  });
  return { core, pixels, paint };
}

/** Opens `bytes` in pieces of `size` and waits until they can be shown. */
async function opened(bytes: Uint8Array, size = bytes.length): ReturnType<typeof client> {
  const parts = await client();
  const reached = new Promise<void>((resolve) => {
    parts.core.listen({
      read: () => undefined, paint: () => undefined, stop: () => undefined, look: () => undefined, find: () => undefined, reach: () => { resolve(); },
    });
  });
  parts.core.open(undefined);
  for (let at = 0; at < bytes.length; at += size) parts.core.append(bytes.slice(at, at + size));
  parts.core.finish();
  await reached;
  return parts;
}

describe('a recording', () => {
  it('is the same however it comes', async () => {
    const whole = await opened(program);
    const facts = await whole.core.recording();
    expect(facts).toMatchObject({ format: 'rtlog', finished: true, error: null });
    expect(facts.events).toBeGreaterThan(10);
    const pieces = await opened(program, 7);
    const { core } = pieces;
    expect(await core.recording()).toEqual(facts);
    expect(await core.events(1, facts.events)).toEqual(await whole.core.events(1, facts.events));
  });

  it('in the JSON lines of 2013 is read by the same reader', async () => {
    const { core } = await opened(lines);
    const facts = await core.recording();
    expect(facts).toMatchObject({ format: 'json', finished: true });
    const written = new TextDecoder().decode(lines).trim().split('\n');
    expect(facts.events).toBeGreaterThanOrEqual(written.length);
    const last = await core.event(facts.events);
    expect(last.number).toBe(facts.events);
    expect(JSON.parse(last.line)).toHaveProperty('action');
  });

  it('that is none says where and why', async () => {
    const { core } = await opened(new TextEncoder().encode('<html>not a recording</html>\n'));
    const facts = await core.recording();
    expect(facts.events).toBe(0);
    expect(facts.ending).toBe('error');
    expect(facts.error?.cause).toBeTruthy();
  });
});

describe('the map', () => {
  it('is painted, picked and stepped: red is only where something runs', async () => {
    const { core, pixels, paint } = await opened(program);
    const facts = await core.recording();
    const RED = [0xe3, 0x00, 0x1b] as const;
    let largest = 0;
    for (let event = 0; event <= facts.events; event++) {
      const painted = await paint({ ...SHOW, event });
      expect(painted.event).toBe(event);
      const cursor = await core.cursor();
      const red = pixels.count(...RED);
      if (cursor.executing.length === 0 && cursor.last_executed === null) expect(red).toBe(0);
      largest = Math.max(largest, red);
    }
    expect(largest).toBeGreaterThan(100);
    expect(await core.pick(200, 150)).toBeTypeOf('number');
    expect(await core.pick(-1, 5)).toBeUndefined();
  });

  it('painted step by step is the map painted at once', async () => {
    const stepped = await opened(program);
    const { events } = await stepped.core.recording();
    for (let event = 0; event <= events; event++) await stepped.paint({ ...SHOW, event });
    const jumped = await opened(program);
    await jumped.paint({ ...SHOW, event: events });
    expect(stepped.pixels.rgba.length).toBe(400 * 300 * 4);
    expect(stepped.pixels.rgba.every((value, at) => value === jumped.pixels.rgba[at])).toBe(true);
  });

  it('finds tiles of Deferreds, and describes them completely', async () => {
    const { core, paint } = await opened(program);
    const { events } = await core.recording();
    await paint({ ...SHOW, event: events });
    const { total, rows } = await core.deferreds({ offset: 0, count: 5 });
    expect(total).toBeGreaterThan(0);
    const first = rows[0];
    expect(await core.nodeOf(first?.deferred ?? 0)).toBe(first?.node);
    expect(await core.tile(first?.node ?? 0)).toMatchObject({ kind: 'deferred', deferred: first?.deferred, shown: true });
    const drawing = await core.drawing();
    expect(drawing?.shapes[0]).toMatchObject({ node: 0, x: 0, y: 0, w: 400, h: 300 });
    expect(drawing?.labels.length).toBeGreaterThan(0);
  });

  it('of nothing is nothing: questions about what there is not have no answer', async () => {
    const { core } = await opened(program);
    expect(await core.deferred(999_999)).toBeUndefined();
    expect(await core.find('previous-failure')).toBeUndefined();
    expect(await core.nodeOf(999_999)).toBeUndefined();
  });
});

describe('what is wrong', () => {
  it('is found after the first picture, with the events to go to', async () => {
    const { core, paint } = await opened(program);
    const found = new Promise<FindingsPage>((resolve) => {
      core.listen({
        read: () => undefined, paint: () => undefined, stop: () => undefined, reach: () => undefined, look: () => undefined,
        find: resolve,
      });
    });
    expect(await core.findings()).toMatchObject({ done: false, upto: 0, findings: [] });
    await paint(SHOW);
    const page = await found;
    const { events } = await core.recording();
    expect(page).toMatchObject({ done: true, upto: events, total: page.errors + page.warnings + page.infos });
    expect(page.findings.length).toBeGreaterThan(0);
    for (const finding of page.findings) {
      expect(finding.site_events).toHaveLength(finding.sites.length);
      expect(finding.site_places).toHaveLength(finding.sites.length);
      expect(finding.go).toBeLessThanOrEqual(events);
      expect(finding.message).not.toBe('');
    }
    expect(await core.findings()).toEqual(page);
  });

  it('and who waits, and what the reactor did, is told', async () => {
    const { core, paint } = await opened(program);
    const { events, turns } = await core.recording();
    await paint({ ...SHOW, event: events });
    const tree = await core.waitTree();
    expect(tree.rows.every((row, at) => row.depth <= (tree.rows[at - 1]?.depth ?? -1) + 1)).toBe(true);
    const reactor = await core.reactor(10);
    expect(reactor.turn_count).toBe(turns);
    expect(reactor.buckets).toHaveLength(10);
    expect(reactor.turns.length).toBe(turns <= 10 ? turns : 0);
  });
});
