// SPDX-License-Identifier: MIT
//
// Keys give commands, wherever the focus is, unless what has the focus needs them itself.
import { commandOf, give, keyOf, type Session } from '../session';

/** Keys that buttons, menus, lists and tabs use themselves. */
const OF_WIDGETS = new Set(['Enter', 'Space', 'Home', 'End', 'Backspace']);

/** Returns what ends it. */
export function listenToKeys(session: Session, window: Window): () => void {
  const listener = (event: KeyboardEvent): void => {
    const command = commandOf(event);
    if (command === undefined || event.defaultPrevented || event.isComposing) return;
    const key = keyOf(event);
    const target = event.target instanceof Element ? event.target : window.document.body;
    // Ctrl+N and F10 mean the same in a text field; a letter doesn't.
    const plain = !/^(Ctrl|Alt)\+|^F\d/.test(key.replace('Shift+', ''));
    if (plain && isTextField(target)) return;
    if (OF_WIDGETS.has(key) && !isMapOrNothing(target, window.document)) return;
    if (session.state.dialog !== undefined || target.closest('[role="dialog"], [role="menu"]') !== null) {
      // A menu finds its entries by letters, a dialog has its own keys. What the browser would do
      // instead (a new window on Ctrl+N) is still kept away.
      if (!plain) event.preventDefault();
      return;
    }
    event.preventDefault();
    give(session, command);
  };
  window.addEventListener('keydown', listener);
  return () => { window.removeEventListener('keydown', listener); };
}

function isTextField(target: Element): boolean {
  return target.closest('input, textarea, select, [contenteditable="true"]') !== null;
}

function isMapOrNothing(target: Element, document: Document): boolean {
  return target === document.body || target === document.documentElement || target.closest('[data-map]') !== null;
}
