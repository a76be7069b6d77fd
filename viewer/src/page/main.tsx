// SPDX-License-Identifier: MIT
//
// Wires the page: the worker with core, the session, the keyboard, the address, and what is shown.
import { createRoot } from 'react-dom/client';
import { CoreClient } from '../core/client';
import type { FromWorker } from '../core/messages';
import './theme.css';
import { Shell } from '../panels';
import { actionsOf, Loader, mirror, parseLink, play, Session, SessionProvider } from '../session';
import { abilitiesOf } from './abilities';
import { keepAddress } from './address';
import { listenToDrops } from './drops';
import { embeddedLink, embeddedModule } from './embedded';
import { listenToKeys } from './keyboard';
import { MapView } from './map_view';
import './page.css';
import { fileSource, firstSource } from './sources';
import CoreWorker from './worker?worker&inline';

function clientOf(worker: Worker): CoreClient {
  return new CoreClient({
    post: (message, transfer) => { worker.postMessage(message, [...transfer]); },
    listen: (listener) => {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => { listener(data); };
    },
  });
}

/** By then what React has drawn has its size. A page out of sight has no frames and is not waited for. */
function afterTwoFrames(then: () => void): void {
  let done = false;
  const once = (): void => {
    if (!done) then();
    done = true;
  };
  window.requestAnimationFrame(() => { window.requestAnimationFrame(once); });
  window.setTimeout(once, 250);
}

function begin(): void {
  const client = clientOf(new CoreWorker());
  const session: Session = new Session(client, abilitiesOf(client, () => session, (file) => { open(file); }));
  const loader = new Loader(session, client);
  const open = (file: File): void => { void loader.load(fileSource(file)); };
  const link = parseLink(window.location.hash === '' ? embeddedLink(document) : window.location.hash);

  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const follow = (): void => { session.dispatch({ do: 'system-dark', dark: dark.matches }); };
  dark.addEventListener('change', follow);
  follow();
  for (const action of actionsOf(link)) session.dispatch(action);

  // For measuring and testing from outside: each picture, with what it took.
  client.listen({
    read: () => undefined, reach: () => undefined, stop: () => undefined, look: () => undefined, find: () => undefined,
    paint: (detail) => { window.dispatchEvent(new CustomEvent('reactortrack:paint', { detail })); },
  });
  mirror(session, client, afterTwoFrames);
  play(session);
  listenToKeys(session, window);
  listenToDrops(session, window, open);
  keepAddress(session, window);

  const start = async (map: HTMLCanvasElement, ink: HTMLCanvasElement): Promise<void> => {
    const module = await embeddedModule(document);
    if (module === undefined) throw new Error('it was built without its WebAssembly module');
    client.start(module, map.transferControlToOffscreen(), ink.transferControlToOffscreen());
    const source = await firstSource(window);
    if (source !== undefined) await loader.load(source, link);
  };
  const onCanvases = (map: HTMLCanvasElement, ink: HTMLCanvasElement): void => {
    start(map, ink).catch((error: unknown) => {
      const detail = `${error instanceof Error ? error.message : String(error)}.`;
      session.dispatch({ do: 'fail', failure: { title: 'This page can’t start', detail } });
    });
  };

  const root = document.getElementById('page');
  if (root === null) throw new Error('the page has no element with the id "page"');
  createRoot(root).render(
    <SessionProvider value={session}>
      <Shell map={<MapView client={client} onCanvases={onCanvases} />} />
    </SessionProvider>);
}

begin();
