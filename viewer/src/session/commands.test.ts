// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Finding } from '../core/answers';
import { COMMANDS, commandOf } from './commands';
import { INITIAL, type SessionState } from './state';

const READY: SessionState = { ...INITIAL, phase: 'ready', event: 3, eventTotal: 10 };

function press(key: string, modifiers: { ctrl?: boolean; shift?: boolean } = {}): string | undefined {
  return commandOf({
    key, ctrlKey: modifiers.ctrl ?? false, shiftKey: modifiers.shift ?? false, altKey: false, metaKey: false,
  })?.id;
}

function enabled(state: SessionState): readonly string[] {
  return COMMANDS.filter((each) => each.enabled(state)).map((each) => each.id);
}

describe('keys', () => {
  it('belong to one command each', () => {
    const keys = COMMANDS.flatMap((each) => each.keys);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it('of stepping are the ones of 2013 and the ones that every browser lets through', () => {
    expect(press('n', { ctrl: true })).toBe('next');
    expect(press('n')).toBe('next');
    expect(press('.')).toBe('next');
    expect(press('p')).toBe('previous');
    expect(press(',')).toBe('previous');
  });

  it('tell a letter from the same one with Shift, and take a sign as it is typed', () => {
    expect(press('N', { shift: true })).toBe('next-of-deferred');
    expect(press('?', { shift: true })).toBe('keys');
    expect(press('+', { shift: true })).toBe('zoom-in');
    expect(press(' ')).toBe('play');
  });

  it('with Ctrl that are not ours stay with the browser', () => {
    expect(press('p', { ctrl: true })).toBeUndefined();
    expect(press('f', { ctrl: true })).toBe('search');
  });
});

describe('commands', () => {
  it('that go to findings need some', () => {
    const page = { done: true, pieces: 1, pieces_done: 1, upto: 10, errors: 0, warnings: 0, infos: 0, total: 0, findings: [] };
    expect(enabled(READY)).not.toContain('next-finding');
    expect(enabled({ ...READY, findings: page })).not.toContain('next-finding');
    const findings = { ...page, total: 1, findings: [{} as Finding] };
    expect(enabled({ ...READY, findings })).toEqual(expect.arrayContaining(['next-finding', 'previous-finding']));
    expect(press('w')).toBe('next-finding');
    expect(press('F8', { shift: true })).toBe('previous-finding');
  });

  it('that need a recording wait for one', () => {
    expect(enabled(INITIAL)).toEqual(['open', 'dark', 'keys', 'legend', 'about']);
  });

  it('cannot go past the ends', () => {
    expect(enabled({ ...READY, event: 0 })).not.toContain('previous');
    expect(enabled({ ...READY, event: 10 })).not.toContain('next');
    expect(enabled(READY)).toEqual(expect.arrayContaining(['next', 'previous', 'start', 'end', 'play']));
  });

  it('of a Deferred need one selected', () => {
    expect(enabled(READY)).not.toContain('next-of-deferred');
    expect(enabled({ ...READY, selection: { node: 1, deferred: 2, position: undefined } })).toContain('next-of-deferred');
  });
});
