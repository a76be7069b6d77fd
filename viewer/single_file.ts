// SPDX-License-Identifier: MIT
//
// Makes the page one file: scripts and styles go into the HTML, and so does the module, as gzip in
// base64. What needs a network, or another file beside it, is an error of the build.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Nothing is fetched but the recording, from the server that gave the page. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; "
  + "style-src 'unsafe-inline'; worker-src blob:; img-src data: blob:; connect-src 'self'";

export function singleFile(modulePath: string): Plugin[] {
  return [
    {
      name: 'reactortrack:module',
      transformIndexHtml: {
        order: 'pre',
        async handler(html, context) {
          const module = gzipSync(await readFile(modulePath), { level: 9 }).toString('base64');
          const served = context.server !== undefined;
          const policy = served ? '' : `<meta http-equiv="Content-Security-Policy" content="${POLICY}" />\n    `;
          return html
            .replace('<meta name="viewport"', () => `${policy}<meta name="viewport"`)
            .replace('<script type="module"', () =>
              `<script type="text/plain" id="rt-wasm">${module}</script>\n    <script type="module"`);
        },
      },
    },
    {
      name: 'reactortrack:single-file',
      apply: 'build',
      enforce: 'post',
      generateBundle(_options, bundle) {
        const page = bundle['index.html'];
        if (page?.type !== 'asset') throw new Error('the build made no index.html');
        let html = String(page.source);
        for (const [name, file] of Object.entries(bundle)) {
          if (name === 'index.html') continue;
          html = file.type === 'chunk' ? withScript(html, name, file.code)
            : name.endsWith('.css') ? withStyle(html, name, String(file.source)) : unexpected(name);
          delete bundle[name];
        }
        const beside = /<(?:script|link|img)[^>]+(?:src|href)="(?!data:)[^"]+"/.exec(html);
        if (beside !== null) throw new Error(`the page would need another file: ${beside[0]}`);
        page.source = html;
      },
    },
  ];
}

/** Where a script ends is found by text, also within its strings. */
function withScript(html: string, name: string, code: string): string {
  const safe = code.trim().replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
  return once(html, new RegExp(`<script[^>]*src="[./]*${literal(name)}"[^>]*></script>`), '')
    .replace('<!-- reactortrack:data -->', () => `<script type="module">${safe}</script>\n    <!-- reactortrack:data -->`);
}

function withStyle(html: string, name: string, css: string): string {
  return once(html, new RegExp(`<link[^>]*href="[./]*${literal(name)}"[^>]*>`), `<style>${css.trim()}</style>`);
}

function once(html: string, pattern: RegExp, replacement: string): string {
  if (!pattern.test(html)) throw new Error(`index.html does not refer to what was built: ${pattern.source}`);
  return html.replace(pattern, () => replacement);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function unexpected(name: string): never {
  throw new Error(`the build made ${name}, which has no place in a single file`);
}
