// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { actionsOf, formatLink, parseLink } from './link';
import { reduce } from './reducer';
import { INITIAL, type SessionState } from './state';

const SHOWN: SessionState = {
  ...INITIAL, phase: 'ready', event: 12, eventTotal: 20, layout: 'squarified', weight: 'wait',
  outlines: true, theme: 'dark', tab: 'waits', selection: { node: 99, deferred: 3, position: 1 },
  drill: { node: 98, deferred: 2, position: undefined }, search: { text: 'a&b #1', count: 1, deferreds: [] },
  finding: 7,
};

describe('the address of what is shown', () => {
  it('is empty for a recording as it opens', () => {
    expect(formatLink({ ...INITIAL, phase: 'ready', eventTotal: 5 })).toBe('');
  });

  it('says the same when it is read again', () => {
    const link = parseLink(`#${formatLink(SHOWN)}`);
    expect(link).toEqual({
      event: 12, deferred: 3, position: 1, finding: 8, drill: 2, layout: 'squarified', weight: 'wait',
      outlines: true, theme: 'dark', tab: 'waits', search: 'a&b #1',
    });
    expect(actionsOf(link).reduce(reduce, INITIAL)).toMatchObject(
      { layout: 'squarified', weight: 'wait', outlines: true, theme: 'dark', tab: 'waits' });
  });

  it('names no tile, whose numbers are of one picture only', () => {
    expect(formatLink(SHOWN)).not.toMatch(/9[89]/);
  });

  it('with nonsense in it leads to what makes sense', () => {
    expect(parseLink('#event=-3&deferred=x&layout=circular&outlines=yes&event2=1&drill=99999999999')).toEqual({
      event: undefined, deferred: undefined, position: undefined, finding: undefined, drill: undefined, layout: undefined,
      weight: undefined, outlines: false, theme: undefined, tab: undefined, search: '',
    });
  });
});
