// SPDX-License-Identifier: MIT
//
// Which of a command's keys reaches a page here. A browser's tab keeps some for itself (measured in
// Chromium and Firefox); its app windows, and pages in fullscreen, get them all.
import { type Key, shownKey } from '../session';

const KEPT_BY_TABS: ReadonlySet<Key> = new Set(['Ctrl+N', 'Ctrl+T', 'Ctrl+W', 'Ctrl+Shift+N', 'Ctrl+Shift+W']);

export function worksInTab(key: Key): boolean {
  return !KEPT_BY_TABS.has(key);
}

/** The first key that works, as it is shown; empty when there is none. */
export function keyHere(keys: readonly Key[], appWindow: boolean): string {
  const key = keys.find((each) => appWindow || worksInTab(each));
  return key === undefined ? '' : shownKey(key);
}

/** As aria-keyshortcuts writes them: "Control+N". */
export function ariaKeys(keys: readonly Key[], appWindow: boolean): string {
  return keys.filter((each) => appWindow || worksInTab(each))
    .map((each) => each.replace('Ctrl+', 'Control+').replace('Plus', '+')).join(' ');
}
