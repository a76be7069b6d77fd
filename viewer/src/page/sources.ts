// SPDX-License-Identifier: MIT
//
// Where a recording comes from: inside the page, from the server that gave the page, or a file the
// person opens. In this order.
import type { Source } from '../session';
import { embeddedSource, read } from './embedded';

const TOKEN = 'reactortrack.token';

/** What the page shows by itself, or undefined: then the person opens something. */
export async function firstSource(window: Window): Promise<Source | undefined> {
  const embedded = embeddedSource(window.document);
  if (embedded !== undefined) return embedded;
  const token = takeToken(window);
  if (token === undefined) return undefined;
  stayInTouch(window, token);
  return servedSource(window, token, await servedName(window, token));
}

export function fileSource(file: File): Source {
  return { name: file.name, size: file.size, chunks: () => read(file.stream()) };
}

/**
 * The token the server put into the address. It leaves the address at once, so that it isn't copied
 * or kept in a history; for a reload this tab remembers it.
 */
export function takeToken(window: Window): string | undefined {
  const values = new URLSearchParams(window.location.hash.replace(/^#/, ''));
  const token = values.get('token');
  if (token === null) return stored(window.location.protocol, () => window.sessionStorage.getItem(TOKEN) ?? undefined);
  values.delete('token');
  const rest = values.toString();
  window.history.replaceState(null, '', rest === '' ? window.location.pathname : `#${rest}`);
  stored(window.location.protocol, () => { window.sessionStorage.setItem(TOKEN, token); return undefined; });
  return token;
}

/** Storage may be closed to a page; then a reload needs the address again. */
function stored(protocol: string, use: () => string | undefined): string | undefined {
  if (!protocol.startsWith('http')) return undefined;
  try {
    return use();
  } catch {
    return undefined;
  }
}

function bearer(token: string): RequestInit {
  return { headers: { Authorization: `Bearer ${token}` } };
}

/** A request that is never answered to its end: so the server knows how long the page is there. */
function stayInTouch(window: Window, token: string): void {
  window.fetch('/alive', bearer(token)).catch(() => undefined);
}

async function servedName(window: Window, token: string): Promise<string> {
  const unknown = 'the recording';
  try {
    const about: unknown = await (await window.fetch('/about', bearer(token))).json();
    const name = typeof about === 'object' && about !== null && 'name' in about ? about.name : undefined;
    return typeof name === 'string' ? name : unknown;
  } catch {
    return unknown; // what is wrong shows when the recording itself is asked for
  }
}

function servedSource(window: Window, token: string, name: string): Source {
  return {
    name,
    size: undefined,
    async *chunks() {
      let response: Response;
      try {
        response = await window.fetch('/recording', bearer(token));
      } catch {
        throw new Error('the server that gave this page does not answer; is it still running?');
      }
      if (response.status === 401 || response.status === 403) {
        throw new Error('the server does not know this page’s token; open the address it printed');
      }
      if (!response.ok || response.body === null) {
        throw new Error(`the server answered ${response.status} ${response.statusText}`);
      }
      yield* read(response.body);
    },
  };
}
