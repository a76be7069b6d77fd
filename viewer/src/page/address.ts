// SPDX-License-Identifier: MIT
//
// Keeps the page's address that of what is shown, in place: going back leaves the page.
import { formatLink, type Session } from '../session';

const SETTLE_MS = 250;

export function linkOf(session: Session, location: Location): string {
  const fragment = formatLink(session.state);
  return `${location.href.replace(/#.*$/, '')}${fragment === '' ? '' : `#${fragment}`}`;
}

/** Returns what ends it. */
export function keepAddress(session: Session, window: Window): () => void {
  let timer: number | undefined;
  const write = (): void => {
    timer = undefined;
    if (session.state.phase !== 'ready') return;
    const link = linkOf(session, window.location);
    if (link !== window.location.href) window.history.replaceState(null, '', link);
  };
  // While playing, an address for each event would only be noise.
  const end = session.store.subscribe(() => {
    window.clearTimeout(timer);
    timer = window.setTimeout(write, SETTLE_MS);
  });
  return () => {
    end();
    window.clearTimeout(timer);
  };
}
