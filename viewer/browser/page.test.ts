// SPDX-License-Identifier: MIT
//
// The page as it is built, in Chromium: from disk, from a server while the recording grows, with
// files that are none, and its pictures.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtPage, countPixels, launch, serve, standing, withRecording } from './served_page.ts';

const RED = [0xe3, 0x00, 0x1b] as const;
const LINES = new URL('../../fuzz/corpus/lines_of_2013.jsonl', import.meta.url);
const RUNS = 7;  // the event of these lines at which a callback is running
const LANE_PX = 10_000;  // a lane that runs is red all over
const settle = { timeout: 30_000, interval: 100 };

let browser: Browser;
let page: Page;
let folder: string;
let lines: Uint8Array;
let problems: string[];

beforeAll(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), 'reactortrack-page-'));
  lines = new Uint8Array(await readFile(LINES));
}, 60_000);
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  problems = [];
  page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
  page.on('request', (request) => {
    if (!/^(file|blob|data):|^http:\/\/127\.0\.0\.1:/.test(request.url())) problems.push(`asked for ${request.url()}`);
  });
});
afterEach(async () => { await page.close(); });

async function total(): Promise<number> {
  await expect.poll(async () => (await standing(page)).total, settle).toBeGreaterThan(0);
  return (await standing(page)).total;
}

describe('a page with its recording inside', () => {
  it('opens from disk before the first event, and is stepped to its end and back', async () => {
    await page.goto(await withRecording(lines, 'mon "<b>".out', join(folder, 'lines.html')));
    const events = await total();
    expect((await standing(page)).event).toBe(0);
    expect(await countPixels(page, RED)).toBe(0);
    expect(await page.title()).toContain('mon "<b>".out');

    for (let event = 1; event <= events; event++) {
      await page.keyboard.press(event % 2 === 0 ? '.' : 'n');
      await expect.poll(async () => (await standing(page)).event, settle).toBe(event);
      if (event === RUNS) await expect.poll(() => countPixels(page, RED), settle).toBeGreaterThan(LANE_PX);
    }
    // The cursor stays on the last one that ran, as a frame.
    await expect.poll(() => countPixels(page, RED), settle).toBeLessThan(LANE_PX);
    expect(await countPixels(page, RED)).toBeGreaterThan(100);
    await page.keyboard.press('p');
    await expect.poll(async () => (await standing(page)).event, settle).toBe(events - 1);
    await page.keyboard.press('Home');
    await expect.poll(() => countPixels(page, RED), settle).toBe(0);
    expect(problems).toEqual([]);
  }, 120_000);

  it('opens where its address says, and keeps the address', async () => {
    const address = await withRecording(lines, 'mon.out', join(folder, 'link.html'));
    await page.goto(`${address}#event=3&deferred=1`);
    await total();
    await expect.poll(async () => (await standing(page)).event, settle).toBe(3);
    await expect.poll(() => page.locator('body').innerText(), settle).toContain('#1');
    await page.keyboard.press('n');
    await expect.poll(() => page.url(), settle).toContain('event=4&deferred=1');
    expect(problems).toEqual([]);
  }, 120_000);

  it('is saved as a picture', async () => {
    await page.goto(await withRecording(lines, 'mon.out', join(folder, 'picture.html')));
    await total();
    await page.keyboard.press('End');
    for (const [format, begins] of [['PNG', '\x89PNG'], ['SVG', '<svg ']] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download', { timeout: 30_000 }),
        (async () => {
          await page.getByRole('menuitem', { name: 'File' }).click();
          await page.getByRole('menuitem', { name: new RegExp(format) }).click();
        })(),
      ]);
      const path = join(folder, `picture.${format}`);
      await download.saveAs(path);
      const file = await readFile(path, 'latin1');
      expect(file.startsWith(begins)).toBe(true);
      if (format === 'SVG') expect(file.match(/<rect /g)?.length ?? 0).toBeGreaterThan(3);
    }
    expect(problems).toEqual([]);
  }, 120_000);
});

describe('a page from a server', () => {
  it('shows its recording with the token of its address, which leaves the address', async () => {
    const { address, server, tokens } = await serve(lines);
    await page.goto(`${address}#token=t0ken&event=2`);
    await total();
    await expect.poll(async () => (await standing(page)).event, settle).toBe(2);
    await expect.poll(() => page.url(), settle).not.toContain('t0ken');
    expect(await page.title()).toContain('served.rtlog');
    expect(tokens).toEqual(['Bearer t0ken']);
    await page.reload();
    await total();
    expect(tokens).toHaveLength(2);
    expect(problems).toEqual([]);
    server.close();
  }, 120_000);

  it('follows a recording that grows', async () => {
    let grow = (): void => undefined;
    const { address, server } = await serve(lines, new Promise((resolve) => { grow = resolve; }));
    await page.goto(`${address}#token=t0ken`);
    const first = await total();
    await page.keyboard.press('e');
    grow();
    await expect.poll(async () => (await standing(page)).event, settle).toBeGreaterThan(first);
    await expect.poll(async () => {
      const { event, total: all } = await standing(page);
      return event === all && all > first;
    }, settle).toBe(true);
    expect(problems).toEqual([]);
    server.close();
  }, 120_000);

  it('says what to do when the token is wrong', async () => {
    const { address, server } = await serve(lines);
    await page.goto(`${address}#token=wrong`);
    await expect.poll(() => page.getByRole('alert').innerText(), settle).toContain('open the address it printed');
    server.close();
  }, 120_000);
});

describe('a file that is opened', () => {
  it('and is no recording gets a reason; the next one is shown', async () => {
    await writeFile(join(folder, 'empty-page.html'), await builtPage());
    await page.goto(`file://${join(folder, 'empty-page.html')}`);
    await page.getByRole('menubar').waitFor(); // before that, nobody listens to keys
    const choose = async (name: string, bytes: Uint8Array): Promise<void> => {
      await writeFile(join(folder, name), bytes);
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser', { timeout: 30_000 }), page.keyboard.press('Control+o')]);
      await chooser.setFiles(join(folder, name));
    };
    await choose('notes.txt', new TextEncoder().encode('buy milk\n'));
    await expect.poll(() => page.getByRole('alert').innerText(), settle).toMatch(/notes\.txt can't be read as a recording[\s\S]*At (line|byte) \d/);
    await choose('mon.out', lines);
    expect(await total()).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  }, 120_000);
});
