// SPDX-License-Identifier: MIT
//
// Moving through a recording and about its map: back, far away, by search, into tiles, by keyboard
// alone, by an address.
import { expect, test } from '@playwright/test';
import { serve, type Served } from './commands';
import { MapPage, RED } from './map_page';

let served: Served;
let map: MapPage;

test.beforeEach(async ({ page }) => {
  served = await serve('pipeline.rtlog');
  map = new MapPage(page);
  await map.open(served.address);
});

test.afterEach(async () => {
  expect(await served.end()).toBe(0);
});

test('a step back shows what was there before it', async ({ page }) => {
  await map.goTo(500);
  const before = await map.settled();
  for (const event of [501, 502, 503]) {
    await page.keyboard.press('n');
    await map.expectEvent(event);
  }
  await expect.poll(() => map.fingerprint()).not.toBe(before);
  for (const event of [502, 501, 500]) {
    await page.keyboard.press('p');
    await map.expectEvent(event);
  }
  await expect.poll(() => map.fingerprint()).toBe(before);
});

test('stepping to an event and jumping there give the same picture', async ({ page }) => {
  await map.goTo(3000);
  for (let event = 3001; event <= 3030; event += 1) await page.keyboard.press('n');
  await map.expectEvent(3030);
  const stepped = await map.settled();
  await map.goTo(20_000);
  await expect.poll(() => map.fingerprint()).not.toBe(stepped);
  await map.goTo(3030);
  await expect.poll(() => map.fingerprint()).toBe(stepped);
});

test('Home and End go to the ends, the timeline by its keys', async ({ page }) => {
  await map.focus();
  await page.keyboard.press('End');
  const total = await map.eventTotal();
  await map.expectEvent(total);
  await page.keyboard.press('Home');
  await map.expectEvent(0);
  const timeline = page.getByRole('slider', { name: 'Timeline' });
  await timeline.focus();
  await page.keyboard.press('PageUp');
  await expect.poll(() => map.event()).toBeGreaterThan(0);
  const box = await timeline.boundingBox();
  if (box === null) throw new Error('no timeline');
  await page.mouse.click(box.x + box.width * 0.75, box.y + box.height / 2);
  await expect.poll(() => map.event()).toBeGreaterThan(total / 10);
});

test('search dims the rest, and says how many it found', async ({ page }) => {
  await map.goTo(20_000);
  const before = await map.settled();
  await page.keyboard.press('/');
  await expect(page.getByLabel('Search the map')).toBeFocused();
  await page.keyboard.type('worker');
  await expect(page.locator('.search-count')).toHaveText(/\d/);
  await expect.poll(() => map.fingerprint()).not.toBe(before);
  await map.picture('search');
  await page.getByRole('button', { name: 'End the search' }).click();
  await expect.poll(() => map.fingerprint()).toBe(before);
});

test('by keyboard alone: into a tile, its details, out of it', async ({ page }) => {
  await map.goTo(20_000);
  await map.focus();
  // A key that is pressed while the tile before is still being asked for does nothing.
  await expect.poll(async () => {
    await page.keyboard.press('ArrowRight');
    return page.getByRole('tabpanel').textContent();
  }).toContain('#');
  const all = await map.settled();
  await page.keyboard.press('Enter');
  await expect.poll(() => map.fingerprint()).not.toBe(all);
  await expect(page.getByRole('navigation', { name: 'Path to the tile that fills the map' })).toContainText('#');
  await map.picture('drilled');
  // One level out at a time.
  await expect.poll(async () => {
    await page.keyboard.press('Backspace');
    return map.settled();
  }).toBe(all);
});

test('every command of the menus can be reached by keyboard', async ({ page }) => {
  for (const menu of ['File', 'Debug', 'View', 'Help']) {
    await page.getByRole('menuitem', { name: menu, exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    const entries = page.getByRole('menu').locator('[role^="menuitem"]');
    await expect(entries.first()).toBeVisible();
    const count = await entries.count();
    const reached = new Set<string>();
    for (let at = 0; at < count * 2; at += 1) {
      reached.add(await page.evaluate(() => document.activeElement?.textContent ?? ''));
      await page.keyboard.press('ArrowDown');
    }
    const disabled = await page.getByRole('menu').locator('[role^="menuitem"][data-disabled]').count();
    expect(reached.size, menu).toBeGreaterThanOrEqual(count - disabled);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu')).toHaveCount(0);
  }
});

test('the next failure, and the next event of one Deferred', async ({ page }) => {
  await map.focus();
  await page.keyboard.press('f');
  await expect(map.sentence).toContainText(/fail|Error/);
  const failure = await map.event();
  await page.keyboard.press('f');
  await expect.poll(() => map.event()).toBeGreaterThan(failure);
  await map.goTo(1000);
  await map.select(5);
  await page.keyboard.press('Home');
  await map.goTo(0);
  await page.keyboard.press('Shift+N');
  await expect(map.sentence).toContainText('#5');
});

test('the address of a moment leads back to it', async ({ page, context }) => {
  await map.goTo(1234);
  await map.select(7);
  await expect.poll(() => page.url()).toMatch(/event=1234.*deferred=7/);
  expect(page.url()).not.toContain('token');
  const link = `${served.address}&${new URL(page.url()).hash.slice(1)}`;
  const other = new MapPage(await context.newPage());
  await other.open(link);
  await other.expectEvent(1234);
  await expect(other.page.getByRole('tabpanel')).toContainText('#7');
});

test('light and dark, both layouts, all weights', async ({ page }) => {
  await map.goTo(20_000);
  await map.focus();
  const seen = new Set<number>();
  for (const key of ['1', '2', '4', '5', '3', 'd']) {
    await page.keyboard.press(key);
    await expect.poll(async () => { const now = await map.fingerprint(); return seen.has(now) && key !== '3' && key !== '1'; }).toBe(false);
    seen.add(await map.fingerprint());
  }
  expect(seen.size).toBeGreaterThanOrEqual(5);
  await map.picture('dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('only the cursor is red, wherever one goes', async ({ page }) => {
  for (const event of [100, 5000, 12_345, 27_000]) {
    await map.goTo(event);
    const red = await map.spot(RED);
    if (red === undefined) continue;
    const line = await page.locator('.tooltip').count();
    expect(line).toBe(0);
    // One tile, or one frame around it, however many callbacks are on the stack.
    expect((red.right - red.left) * (red.bottom - red.top)).toBeLessThan(600 * 600);
  }
});

test('a picture can be saved as PNG and as SVG', async ({ page }) => {
  await map.goTo(5000);
  for (const format of ['PNG', 'SVG']) {
    await page.getByRole('menuitem', { name: 'File', exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: `Export picture as ${format}` }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe(`pipeline-5000.${format.toLowerCase()}`);
    await file.saveAs(`${process.cwd()}/../../build/browser/pictures/export.${format.toLowerCase()}`);
  }
});
