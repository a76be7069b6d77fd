// SPDX-License-Identifier: MIT
//
// From what is wrong to where it happened: programs with known bugs are recorded, and their findings
// chosen by pointer, by keys and by address.
import { expect, type Locator, test } from '@playwright/test';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { commandPath, MADE, ROOT, serve, type Served } from './commands';
import { MapPage, RED } from './map_page';

let served: Served | undefined;
let map: MapPage;

test.afterEach(async () => {
  expect(await served?.end()).toBe(0);
  served = undefined;
});

async function open(page: MapPage['page'], file: string, fragment = ''): Promise<void> {
  served = await serve(file);
  map = new MapPage(page);
  // The token is in the fragment already.
  await map.open(fragment === '' ? served.address : `${served.address}&${fragment}`);
}

function finding(heading: string): Locator {
  return map.page.locator('[data-finding]', { hasText: heading });
}

/** The number that the timeline's slider stands at. */
async function timeline(): Promise<number> {
  return Number(await map.page.getByRole('slider', { name: 'Timeline' }).getAttribute('aria-valuenow'));
}

/** `reactortrack findings --json FILE`, which ends with 1 when it finds an error. */
function messages(file: string): string[] {
  const { stdout } = spawnSync(commandPath('reactortrack'), ['findings', '--json', file], { cwd: MADE, encoding: 'utf8' });
  return (JSON.parse(stdout) as { message: string }[]).map(({ message }) => message);
}

test('the page finds what the command finds', async ({ page }) => {
  for (const file of ['lock.rtlog', 'blocked.rtlog', 'pipeline.rtlog']) {
    await served?.end();
    await open(page, file, 'tab=findings');
    await expect(finding('').first()).toBeVisible();
    expect(await page.locator('[data-finding] .message').allTextContents(), file).toEqual(messages(file));
  }
});

test('no state of an opening recording is laid out twice', async ({ page }) => {
  // A slow machine shows what has been read so far before all of it: those are two states.
  await page.addInitScript(() => {
    const laidOut: number[] = [];
    Object.assign(window, { laidOut });
    window.addEventListener('reactortrack:paint', (event) => {
      const { revision, layouts } = (event as CustomEvent<{ revision: number; layouts: number }>).detail;
      for (let layout = 0; layout < layouts; ++layout) laidOut.push(revision);
    });
  });
  await open(page, 'large.rtlog');
  await expect(page.getByRole('tab', { name: /^Findings \d/ })).toBeVisible({ timeout: 30_000 });
  const laidOut = await page.evaluate(() => (window as unknown as { laidOut: number[] }).laidOut);
  expect(laidOut.length).toBeGreaterThan(0);
  expect(new Set(laidOut).size).toBe(laidOut.length);
});

test('a finding that is chosen takes the moment, the map and the details there', async ({ page }) => {
  await open(page, 'lock.rtlog');
  await expect(page.getByRole('tab', { name: 'Findings 1' })).toBeVisible();
  await page.getByRole('tab', { name: 'Findings' }).click();
  await expect(finding('Lock held')).toContainText('ended with RecursionError');
  const before = await map.settled();
  await finding('Lock held').click();
  await expect.poll(() => map.event()).toBeGreaterThan(0);
  const event = await map.event();
  await map.expectEvent(event);
  expect(await timeline()).toBe(event);
  await expect.poll(() => map.settled()).not.toBe(before);
  await expect(map.tree.getByRole('treeitem', { selected: true })).toContainText('handle');
  await page.getByRole('tab', { name: 'Details' }).click();
  await expect(page.getByRole('heading', { level: 2, name: /#\d+ handle/ })).toBeVisible();
  await map.picture('finding');
});

test('the places of a finding lead to the events in which they come up', async ({ page }) => {
  await open(page, 'lock.rtlog');
  await page.getByRole('tab', { name: 'Findings' }).click();
  await finding('Lock held').click();
  const raised = page.getByRole('list', { name: 'Places' }).getByRole('listitem').filter({ hasText: 'raised' });
  await expect(raised).toContainText(':14 in resolve_state');
  const wanted = Number(/@([\d,]+)/.exec(await raised.innerText())?.[1]?.replaceAll(',', ''));
  await raised.getByRole('button').click();
  await map.expectEvent(wanted);
  const line = await map.lineOf(wanted);
  expect(JSON.stringify(line)).toContain('RecursionError');
});

test('keys go from one finding to the next, and the address keeps it', async ({ page }) => {
  await open(page, 'lock.rtlog');
  await expect(page.getByRole('tab', { name: 'Findings 1' })).toBeVisible();
  await map.focus();
  await page.keyboard.press('w');
  await expect(page.locator('[data-finding][aria-current="true"]')).toContainText('Lock held');
  const first = await map.event();
  await page.keyboard.press('F8');
  await expect(page.locator('[data-finding][aria-current="true"]')).toContainText('Failure swallowed');
  await expect.poll(() => map.event()).not.toBe(first);
  await page.keyboard.press('Shift+W');
  await expect(page.locator('[data-finding][aria-current="true"]')).toContainText('Lock held');
  await expect.poll(() => map.event()).toBe(first);
  await expect.poll(() => page.url()).toContain('finding=1');
  await page.reload();
  await map.ready();
  await expect(page.locator('[data-finding][aria-current="true"]')).toContainText('Lock held');
  await map.expectEvent(first);
});

test('an address with nothing but a finding leads to its moment', async ({ page }) => {
  await open(page, 'lock.rtlog', 'finding=2&tab=findings');
  await expect(page.locator('[data-finding][aria-current="true"]')).toContainText('Failure swallowed');
  await expect.poll(() => map.event()).toBeGreaterThan(0);
});

test('arrow keys walk the findings, and Enter chooses one', async ({ page }) => {
  await open(page, 'lock.rtlog', 'tab=findings');
  await finding('Lock held').focus();
  await page.keyboard.press('ArrowDown');
  await expect(finding('Failure swallowed')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(finding('Failure swallowed')).toHaveAttribute('aria-current', 'true');
  await expect.poll(() => map.event()).toBeGreaterThan(0);
});

test('the reactor shows where it was blocked, and leads to the callback that did it', async ({ page }) => {
  await open(page, 'blocked.rtlog');
  const blocked = page.getByRole('button', { name: /blocked for 6\d\d ms by callback store_item/ });
  await expect(blocked).toBeVisible();
  expect((await blocked.boundingBox())?.width).toBeGreaterThan(300); // 0.6 of 1.1 s
  await blocked.hover();
  await expect(page.locator('.reactor-tip')).toContainText('store_item');
  await blocked.click();
  await expect(map.sentence).toContainText('started callback store_item');
  // It executes: red, and not only as a frame.
  await expect.poll(async () => (await map.filled(RED))?.count ?? 0).toBeGreaterThan(500);
  await map.picture('reactor');
});

test('nothing wrong is said in words', async ({ page }) => {
  await open(page, 'healthy.rtlog', 'tab=findings');
  await expect(page.getByText('Nothing found.')).toBeVisible();
});

test('the tree of waits leads down to the cause, by keyboard', async ({ page }) => {
  await open(page, 'lock.rtlog', 'tab=waits');
  const tree = page.getByRole('tree', { name: 'Who waits for what at the end' });
  await expect(tree.getByRole('treeitem')).toHaveCount(6);
  await tree.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/never fires in this recording: it is in the queue of the DeferredLock/)).toBeVisible();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowLeft');
  await expect(tree.getByRole('treeitem')).toHaveCount(4);
  await expect(tree.getByRole('treeitem').first()).toHaveAttribute('aria-expanded', 'false');
  await map.picture('waits');
});

test('search finds a failure by its type', async ({ page }) => {
  await open(page, 'lock.rtlog');
  await page.getByRole('textbox', { name: 'Search the map' }).fill('recursionerr');
  await expect(page.locator('.search-count')).toContainText(/^[1-9]\d* found$/);
});

test('a program that hangs is told of while it still runs', async ({ page }) => {
  const file = path.join(MADE, 'hanging.rtlog');
  rmSync(file, { force: true }); // of a run before this one: it would be served as it ended
  const program = spawn(
    commandPath('reactortrack'), ['run', '-o', 'hanging.rtlog', path.join(ROOT, 'tests/browser/hanging.py'), '9'],
    { cwd: MADE, stdio: 'ignore' });
  const ended = new Promise((resolve) => { program.once('exit', resolve); });
  await expect.poll(() => existsSync(file) && statSync(file).size > 0).toBe(true);
  await open(page, 'hanging.rtlog', 'tab=findings');
  await expect(finding('Never fired')).toContainText('answer_request', { timeout: 8_000 });
  expect(program.exitCode, 'it still runs').toBeNull();
  await expect(page.locator('footer')).toContainText('growing');
  await finding('Never fired').click();
  await expect.poll(() => map.event()).toBeGreaterThan(0);
  expect(await ended).toBe(0);
  await expect(page.locator('footer')).toContainText('complete');
  await expect(finding('Never fired')).toHaveAttribute('aria-current', 'true');
});
