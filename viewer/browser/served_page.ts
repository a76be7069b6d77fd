// SPDX-License-Identifier: MIT
//
// For tests in a real browser: Chromium without a window, the built page, and recordings inside it
// or behind a small server. REACTORTRACK_CHROMIUM names another browser of that family.
import { createServer, type Server } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';

const MARK = '<!-- reactortrack:data -->';
const PAGE = new URL('../../build/page/index.html', import.meta.url);

export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['REACTORTRACK_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

export async function builtPage(): Promise<string> {
  return readFile(PAGE, 'utf8').catch(() => {
    throw new Error('there is no build/page/index.html; tools/build_page.sh makes it');
  });
}

/** Writes the page with a recording in it, cut into pieces of so many bytes; returns its address. */
export async function withRecording(recording: Uint8Array, name: string, path: string, pieceBytes = 300): Promise<string> {
  const packed = gzipSync(recording);
  const pieces: string[] = [];
  for (let at = 0; at < packed.length; at += pieceBytes) {
    const about = at > 0 ? ''
      : ` data-name="${Buffer.from(name).toString('base64')}" data-size="${recording.length}"`;
    pieces.push(`<script type="text/plain" class="rt-data"${about}>`
      + `${packed.subarray(at, at + pieceBytes).toString('base64')}</script>`);
  }
  const page = await builtPage();
  const mark = page.lastIndexOf(MARK);
  await writeFile(path, page.slice(0, mark) + pieces.join('\n') + page.slice(mark));
  return `file://${path}`;
}

/**
 * Serves the page, and to whoever has the token a recording in two pieces: the second when `grows`
 * has come true.
 */
export async function serve(
  recording: Uint8Array, grows: Promise<void> = Promise.resolve(),
): Promise<{ address: string; server: Server; tokens: (string | undefined)[] }> {
  const tokens: (string | undefined)[] = [];
  const page = await builtPage();
  const server = createServer((request, response) => {
    void (async () => {
      if (request.url === '/') {
        response.end(page);
        return;
      }
      if (request.url === '/about') {
        response.end('{"name": "served.rtlog"}');
        return;
      }
      if (request.url === '/alive') { // stays open as long as the page does
        response.writeHead(200).flushHeaders();
        return;
      }
      tokens.push(request.headers.authorization);
      response.statusCode = request.headers.authorization === 'Bearer t0ken' ? 200 : 401;
      if (response.statusCode === 200) {
        const half = Math.ceil(recording.length / 2);
        response.write(recording.subarray(0, half));
        await grows;
        response.write(recording.subarray(half));
      }
      response.end();
    })();
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { address: `http://127.0.0.1:${address.port}/`, server, tokens };
}

/** The event the page stands at and how many there are, as its bar says. */
export async function standing(page: Page): Promise<{ event: number; total: number }> {
  return page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>('.event-number input');
    const total = /of ([\d,]+)/.exec(document.querySelector('.event-number')?.textContent ?? '')?.[1] ?? '-1';
    return { event: Number(input?.value.replaceAll(',', '')), total: Number(total.replaceAll(',', '')) };
  });
}

/** How many pixels of the map's tiles have this colour. */
export async function countPixels(page: Page, colour: readonly [number, number, number]): Promise<number> {
  return page.evaluate(([red, green, blue]) => {
    const tiles = document.querySelector<HTMLCanvasElement>('canvas.map-tiles');
    const copy = document.createElement('canvas');
    const context = copy.getContext('2d');
    if (tiles === null || context === null) return -1;
    copy.width = tiles.clientWidth;
    copy.height = tiles.clientHeight;
    context.drawImage(tiles, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) count++;
    }
    return count;
  }, colour);
}
