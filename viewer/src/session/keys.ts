// SPDX-License-Identifier: MIT
//
// Keys of commands: how they are written down, recognised and shown.

/** "n", "Ctrl+N", "Shift+N", "?", "Space", "Home": modifiers first, joined by +. */
export type Key = string;

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

const NAMES: Readonly<Record<string, string>> = { ' ': 'Space', '+': 'Plus' };

/** The same press always gives the same text, which is what commands write down. */
export function keyOf(press: KeyPress): Key {
  const letter = press.key.length === 1 && press.key.toLowerCase() !== press.key.toUpperCase();
  const ctrl = press.ctrlKey || press.metaKey;
  const name = NAMES[press.key] ?? press.key;
  // Shift is part of what a sign is ("?"), and of how a letter is pressed ("Shift+N").
  const shift = press.shiftKey && (letter || press.key.length > 1);
  const shown = letter ? (ctrl || shift || press.altKey ? name.toUpperCase() : name.toLowerCase()) : name;
  return `${ctrl ? 'Ctrl+' : ''}${press.altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${shown}`;
}

const SHOWN: Readonly<Record<string, string>> = {
  ArrowRight: '→', ArrowLeft: '←', ArrowUp: '↑', ArrowDown: '↓', Plus: '+', Escape: 'Esc',
};

/** As it stands in a menu. */
export function shownKey(key: Key): string {
  return key.split('+').map((part) => SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join('+');
}
