// SPDX-License-Identifier: MIT
//
// The walk of the documentation of 2013, line by line, on the lines its program wrote (mon.out, piped
// in) and on the recording of the same run; by the key and by the menu. Ctrl+N in an app window, with
// real key presses, is in app_window.spec.ts.
import { expect, test } from '@playwright/test';
import { serve, type Served, serveThroughPipe } from './commands';
import { type Item, MapPage, RED } from './map_page';

const CALLBACKS = ['simpleCallback', 'followup', 'problem', 'simpleErrback', 'finished'];

let served: Served;

/** Steps on until the present line passes; returns its event's number. */
async function walkTo(
  map: MapPage, next: () => Promise<void>, wanted: (line: Record<string, unknown>) => boolean,
): Promise<number> {
  const total = await map.eventTotal();
  for (let event = await map.event() + 1; event <= total; event += 1) {
    await next();
    if (wanted(await map.lineOf(event))) return event;
  }
  throw new Error('the recording has no such line');
}

function names(items: readonly Item[], level: number): string[] {
  return items.filter((item) => item.level === level).map((item) => item.label);
}

function nextOf(map: MapPage, how: 'key' | 'menu'): () => Promise<void> {
  if (how === 'key') return () => map.page.keyboard.press('n');
  return async () => {
    await map.page.getByRole('menuitem', { name: 'Debug' }).click();
    await map.page.getByRole('menuitem', { name: /^Next line/ }).click();
  };
}

const isExecution = (name: string) => (line: Record<string, unknown>): boolean =>
  line['action'] === 'executing' && String(line['callback']).endsWith(name);
const isEndOf = (name: string) => (line: Record<string, unknown>): boolean =>
  (line['action'] === 'executed' || line['action'] === 'failed') && String(line['callback']).endsWith(name);

/** `last`: where the cursor is at the end of all. */
async function walk(map: MapPage, next: () => Promise<void>, last: string): Promise<void> {
  const page = map.page;

  // At first only the root tile is there, the container of all tracked objects.
  await map.expectEvent(0);
  expect(await map.items()).toHaveLength(1);
  expect(await map.spot(RED)).toBeUndefined();
  await map.picture('walk-1-only-the-root');

  // The next lines bring the Deferred, then its callbacks inside it, in order.
  const created = await walkTo(map, next, (line) => line['action'] === 'created' || line['action'] === 'adopted');
  await expect.poll(() => map.items()).toHaveLength(2);
  const line = await map.lineOf(created);
  await walkTo(map, next, (each) => each['action'] === 'attached' && String(each['callback']).endsWith('finished'));
  await map.select(1);
  await expect.poll(async () => (await map.items()).some(({ label }) => label.includes('finished'))).toBe(true);
  const items = await map.items();
  const own = items.find(({ label }) => label.startsWith('#1'));
  expect(own, JSON.stringify(items)).toBeDefined();
  const inside = names(items, (own?.level ?? 0) + 1);
  const places = CALLBACKS.map((name) => inside.findIndex((label) => label.includes(name) && !label.startsWith('#')));
  expect(places, inside.join(' / ')).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(line['deferred']).toBeDefined();

  // The chained Deferred is embedded in it, its callbacks one level deeper.
  expect(inside.some((label) => label.startsWith('#2'))).toBe(true);
  await map.select(2);
  await expect.poll(async () => names(await map.items(), (own?.level ?? 0) + 2).some((label) => label.includes('simpleCallback'))).toBe(true);
  expect(await map.spot(RED)).toBeUndefined();
  await map.picture('walk-2-all-callbacks');

  // It fires: the tile of the callback that executes is red.
  for (const name of CALLBACKS) {
    await walkTo(map, next, isExecution(name));
    await expect.poll(() => map.filled(RED)).toBeDefined();
    const red = await map.filled(RED);
    if (red === undefined) throw new Error('nothing is red');
    expect(await map.tileAt(red.right - 4, red.bottom - 4)).toContain(name);
    if (name === 'simpleCallback') await map.picture('walk-3-executing');

    // When it ends, the cursor stays on it, and the tile is not red any more.
    await walkTo(map, next, isEndOf(name));
    await expect.poll(() => map.filled(RED)).toBeUndefined();
    const cursor = await map.spot(RED);
    if (cursor === undefined) throw new Error('the cursor is gone');
    expect(await map.tileAt((cursor.left + cursor.right) / 2, cursor.bottom - 8)).toContain(name);
  }
  const total = await map.eventTotal();
  for (let event = await map.event(); event < total; event += 1) {
    await next();
    await map.expectEvent(event + 1);
  }
  const end = await map.spot(RED);
  if (end === undefined) throw new Error('the cursor is gone');
  expect(await map.tileAt((end.left + end.right) / 2, end.bottom - 8)).toContain(last);
  await map.picture('walk-4-the-end');
  await expect(page.getByRole('button', { name: 'Next line' })).toHaveAttribute('aria-disabled', 'true');
}

test.afterEach(async () => {
  expect(await served.end()).toBe(0);
});

test('cat mon.out | monitor2map, by the key', async ({ page }) => {
  served = await serveThroughPipe('mon.out');
  const map = new MapPage(page);
  await map.open(served.address);
  await map.focus();
  await walk(map, nextOf(map, 'key'), 'finished');
});

test('monitor2map example.rtlog, by the menu', async ({ page }) => {
  served = await serve('example.rtlog');
  const map = new MapPage(page);
  await map.open(served.address);
  // Twisted has a callback of its own that runs when the reactor has stopped.
  await walk(map, nextOf(map, 'menu'), '_continueFiring');
});

test('a chained Deferred runs inside the one that fires it, and is red there', async ({ page }) => {
  served = await serve('mon.out', 'model2map');
  const map = new MapPage(page);
  await map.open(served.address);
  const next = nextOf(map, 'key');
  await walkTo(map, next, isExecution('Deferred.callback'));
  await walkTo(map, next, isExecution('simpleCallback'));
  await expect.poll(() => map.filled(RED)).toBeDefined();
  const red = await map.filled(RED);
  if (red === undefined) throw new Error('nothing is red');
  const tile = await map.tileAt(red.right - 4, red.bottom - 4);
  expect(tile).toContain('simpleCallback');
  expect(tile).toContain('of #2');
  await map.select(2);
  await expect(page.getByText('running').first()).toBeVisible();
  // The one that fired it goes on, and is red again.
  await walkTo(map, next, isEndOf('simpleCallback'));
  await expect.poll(async () => (await map.filled(RED))?.left).not.toBe(red.left);
  const outer = await map.filled(RED);
  if (outer === undefined) throw new Error('nothing is red');
  expect(await map.tileAt(outer.right - 4, outer.bottom - 4)).toContain('Deferred.callback');
});
