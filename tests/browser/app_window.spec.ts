// SPDX-License-Identifier: MIT
//
// Ctrl+N with real key presses: `cat mon.out | monitor2map` opens an app window of Chromium under a
// window system of its own (Xvfb), and xdotool presses the keys. Playwright only looks: its own
// Control+N would reach a page in any tab, where a person gets a new window.
import { chromium, expect, test } from '@playwright/test';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { commandPath, MADE } from './commands';
import { MapPage, RED } from './map_page';

const DISPLAY = ':77';
const PORT = 9377;
const children: ChildProcess[] = [];
// Stays until the next run: the browser writes to it for a moment after its end.
const PROFILE = path.join(MADE, 'profile');

function start(command: string, words: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const child = spawn(command, words, {
    cwd: MADE, env: { ...process.env, DISPLAY, ...environment }, stdio: ['pipe', 'ignore', 'inherit'],
  });
  children.push(child);
  return child;
}

function keys(...words: string[]): void {
  execFileSync('xdotool', words, { env: { ...process.env, DISPLAY } });
}

// The browser is closed within the test, and a trace of it could not be ended then.
test.use({ trace: 'off' });

test.beforeAll(async () => {
  start('Xvfb', [DISPLAY, '-screen', '0', '1600x1000x24', '-nolisten', 'tcp']);
  await expect.poll(() => {
    try { keys('getmouselocation'); return true; } catch { return false; }
  }).toBe(true);
  start('openbox', []);
});

test.afterAll(() => {
  for (const child of children.reverse()) child.kill('SIGINT');
});

test('cat mon.out | monitor2map opens an app window, where Ctrl+N is the next line', async () => {
  const browser = [
    process.env['REACTORTRACK_CHROMIUM'] ?? '/usr/bin/chromium', '--no-sandbox', '--disable-gpu', '--disable-quic',
    '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    `--user-data-dir=${PROFILE}`, `--remote-debugging-port=${PORT}`,
  ].join(' ');
  const command = start(commandPath('monitor2map'), [], { REACTORTRACK_BROWSER: browser });
  if (command.stdin === null) throw new Error('no standard input');
  createReadStream(path.join(MADE, 'mon.out')).pipe(command.stdin);

  await expect.poll(async () => {
    try { return (await fetch(`http://127.0.0.1:${PORT}/json/list`)).ok; } catch { return false; }
  }, { timeout: 30_000 }).toBe(true);
  const connected = await chromium.connectOverCDP(`http://127.0.0.1:${PORT}`);
  const pages = () => connected.contexts().flatMap((context) => context.pages());
  await expect.poll(() => pages().filter((page) => page.url().startsWith('http://127.0.0.1')).length, { timeout: 30_000 }).toBe(1);
  const page = pages().find((each) => each.url().startsWith('http://127.0.0.1'));
  if (page === undefined) throw new Error('no page');
  const map = new MapPage(page);
  await map.ready();
  expect(await page.evaluate(() => window.matchMedia('(display-mode: standalone)').matches)).toBe(true);

  keys('search', '--sync', '--onlyvisible', '--class', 'chromium', 'windowfocus');
  const windows = pages().length;
  const total = await map.eventTotal();
  let red = 0;
  for (let event = 1; event <= total; event += 1) {
    keys('key', 'ctrl+n');
    const line = await map.lineOf(event);
    if (line['action'] !== 'executing') continue;
    await expect.poll(() => map.filled(RED)).toBeDefined();
    red += 1;
  }
  expect(red).toBeGreaterThanOrEqual(6);
  expect((await map.spot(RED))?.count).toBeGreaterThan(0);
  expect(pages().length).toBe(windows); // no new window was opened by Ctrl+N
  execFileSync('import', ['-window', 'root', path.join(MADE, 'pictures', 'app-window.png')], { env: { ...process.env, DISPLAY } });
  keys('key', 'ctrl+n');
  await map.expectEvent(total);

  const session = await connected.newBrowserCDPSession();
  await session.send('Browser.close').catch(() => undefined); // which ends the session too
  command.kill('SIGINT');
  expect(await new Promise((resolve) => { command.once('exit', resolve); })).toBe(0);
});
