// SPDX-License-Identifier: MIT
//
// Whether the page has a window of its own, where keys like Ctrl+N reach it.
import { useSyncExternalStore } from 'react';

const APP = '(display-mode: standalone), (display-mode: minimal-ui), (display-mode: fullscreen)';

export function useAppWindow(): boolean {
  return useSyncExternalStore(subscribe, read, read);
}

function read(): boolean {
  return typeof window.matchMedia === 'function' && window.matchMedia(APP).matches;
}

function subscribe(listener: () => void): () => void {
  if (typeof window.matchMedia !== 'function') return () => undefined;
  const query = window.matchMedia(APP);
  query.addEventListener('change', listener);
  return () => { query.removeEventListener('change', listener); };
}
