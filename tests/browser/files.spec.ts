// SPDX-License-Identifier: MIT
//
// What else a person gives the page: one self-contained report, a file dropped on it, a recording
// that grows, and what is no whole recording.
import { expect, type Page, test } from '@playwright/test';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandPath, MADE, ROOT, run, serve, serveStream } from './commands';
import { MapPage, RED } from './map_page';

const made = (name: string): string => path.join(MADE, name);

test('a report opens from the disk, and asks no network for anything', async ({ page }) => {
  run('reactortrack', 'report', 'example.rtlog', '-o', 'example.html');
  const asked: string[] = [];
  page.on('request', (request) => { if (!/^(file|blob|data):/.test(request.url())) asked.push(request.url()); });
  const map = new MapPage(page);
  await map.open(`file://${made('example.html')}`);
  await map.expectEvent(0);
  await map.focus();
  await page.keyboard.press('End');
  await map.expectEvent(await map.eventTotal());
  expect((await map.spot(RED))?.count).toBeGreaterThan(0);
  await map.picture('report');
  expect(asked).toEqual([]);
});

test('a recording of 10 MB: the first picture, and how long a step takes', async ({ page }) => {
  const size = statSync(made('large.rtlog')).size;
  run('reactortrack', 'report', 'large.rtlog', '-o', 'large.html');
  const started = Date.now();
  const map = new MapPage(page);
  await map.open(`file://${made('large.html')}`);
  const opened = Date.now() - started;
  const total = await map.eventTotal();
  expect(total).toBeGreaterThan(1_000_000);
  await map.goTo(Math.floor(total / 2));
  await page.waitForTimeout(500);
  const frames = await page.evaluate(async () => {
    const times: number[] = [];
    for (let step = 0; step < 60; step += 1) {
      const before = performance.now();
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', code: 'KeyN', bubbles: true }));
      await new Promise((resolve) => { requestAnimationFrame(resolve); });
      times.push(performance.now() - before);
    }
    return times.sort((a, b) => a - b);
  });
  await map.expectEvent(Math.floor(total / 2) + 60);
  const line = `${(size / 1e6).toFixed(1)} MB, ${total} events: open ${opened} ms, a step's frame `
    + `${frames[30]?.toFixed(1)} ms (median), ${frames[57]?.toFixed(1)} ms (95 %)`;
  writeFileSync(made('large.txt'), `${line}\n`);
  test.info().annotations.push({ type: 'measured', description: line });
  await map.picture('large');
});

async function drop(page: Page, name: string): Promise<void> {
  const data = readFileSync(made(name)).toString('base64');
  const transfer = await page.evaluateHandle(([bytes, file]) => {
    const all = Uint8Array.from(atob(bytes ?? ''), (char) => char.charCodeAt(0));
    const given = new DataTransfer();
    given.items.add(new File([all], file ?? ''));
    return given;
  }, [data, name]);
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: transfer });
}

test.describe('dropped on the page', () => {
  test.beforeEach(async ({ page }) => {
    run('reactortrack', 'report', 'example.rtlog', '-o', 'example.html');
    await page.goto(`file://${made('example.html')}`);
    await new MapPage(page).ready();
  });

  test('another recording is shown instead', async ({ page }) => {
    await drop(page, 'pipeline.rtlog');
    const map = new MapPage(page);
    await expect.poll(() => map.eventTotal()).toBeGreaterThan(10_000);
  });
  test('a truncated one is shown, and said to be', async ({ page }) => {
    await drop(page, 'truncated.rtlog');
    await expect(page.locator('footer')).toContainText('truncated.rtlog');
    await expect(page.locator('footer')).toContainText(/truncated|cut|killed/);
    expect(await new MapPage(page).eventTotal()).toBeGreaterThan(5);
  });
  test('a damaged one is shown as far as it can be read, with the place and the cause', async ({ page }) => {
    await drop(page, 'damaged.rtlog');
    await expect(page.locator('footer')).toContainText('damaged.rtlog');
    await expect(page.locator('footer')).toContainText(/byte \d+/);
    expect(await new MapPage(page).eventTotal()).toBeGreaterThan(5);
  });
  test('lines of which one is broken are shown, with the number of that line', async ({ page }) => {
    await drop(page, 'broken-line.out');
    await expect(page.locator('footer')).toContainText('line 7');
    expect(await new MapPage(page).eventTotal()).toBeGreaterThan(10);
  });
  for (const [name, words] of [['empty.rtlog', /empty/], ['foreign.rtlog', /not a recording|no recording|neither/]] as const) {
    test(`${name}: what it is instead`, async ({ page }) => {
      await drop(page, name);
      await expect(page.getByRole('alert')).toContainText(name);
      await expect(page.getByRole('alert')).toContainText(words);
      await expect(page.getByRole('button', { name: 'Open another file…' })).toBeVisible();
      await new MapPage(page).picture(name.replace('.rtlog', ''));
    });
  }
});

/** Events of a recording: the lines that `events` prints for it. */
function eventsOf(name: string): number {
  return run('reactortrack', 'events', '--json', name).trimEnd().split('\n').length;
}

test('what is piped in grows on the page', async ({ page }) => {
  const lines = readFileSync(made('mon.out'), 'utf8').trimEnd().split('\n');
  const total = eventsOf('mon.out');
  const served = await serveStream(`${lines.slice(0, 10).join('\n')}\n`);
  const map = new MapPage(page);
  await map.open(served.address);
  await expect.poll(() => map.eventTotal()).toBe(10);
  await map.focus();
  await page.keyboard.press('n');
  await map.expectEvent(1);
  served.feed?.write(`${lines.slice(10).join('\n')}\n`);
  await expect.poll(() => map.eventTotal()).toBe(total);
  await map.expectEvent(1);
  served.feed?.end();
  await page.keyboard.press('End');
  await map.expectEvent(total);
  expect(await served.end()).toBe(0);
});

test('the recording of a program that runs is followed until the program ends', async ({ page }) => {
  const program = spawn(
    commandPath('reactortrack'), ['run', '-o', 'live.rtlog', path.join(ROOT, 'tests/browser/ticking.py'), '60'],
    { cwd: MADE, stdio: 'ignore' });
  const ended = new Promise((resolve) => { program.once('exit', resolve); });
  await expect.poll(() => existsSync(made('live.rtlog')) && statSync(made('live.rtlog')).size > 0).toBe(true);
  const served = await serve('live.rtlog');
  const map = new MapPage(page);
  await map.open(served.address);
  const first = await map.eventTotal();
  await expect.poll(() => map.eventTotal(), { timeout: 5_000 }).toBeGreaterThan(first + 20);
  await map.picture('growing');
  expect(await ended).toBe(0);
  const total = eventsOf('live.rtlog');
  await expect.poll(() => map.eventTotal()).toBe(total);
  await expect(page.locator('footer')).toContainText('complete');
  expect(await served.end()).toBe(0);
});

test('what cannot be shown is said before any page is opened', () => {
  for (const [name, words] of [['empty.rtlog', /empty/], ['foreign.rtlog', /foreign\.rtlog/], ['nothing.rtlog', /nothing\.rtlog/], ['.', /directory/]] as const) {
    const { status, stderr } = spawnSync(commandPath('monitor2map'), ['--no-browser', name], { cwd: MADE, encoding: 'utf8' });
    expect(status, name).not.toBe(0);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('http://');
  }
});
