// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { command, COMMANDS } from '../session';
import { ariaKeys, keyHere, worksInTab } from './keys_here';

it('Next line is Ctrl+N where the page gets it, else N', () => {
  const { keys } = command('next');
  expect(keyHere(keys, true)).toBe('Ctrl+N');
  expect(keyHere(keys, false)).toBe('N');
});

it('no menu shows a key that a tab keeps for itself', () => {
  for (const each of COMMANDS) expect(ariaKeys(each.keys, false)).not.toMatch(/Control\+[NTW]\b/);
});

it('every command with keys has one that works in a tab', () => {
  for (const each of COMMANDS.filter((one) => one.keys.length > 0)) expect(each.keys.some(worksInTab)).toBe(true);
});
