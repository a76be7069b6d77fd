// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { RecordingFacts } from '../core/answers';
import { type Action, reduce } from './reducer';
import { INITIAL, type SessionState } from './state';

const FACTS: RecordingFacts = {
  format: 'rtlog', bytes: 100, bytes_read: 100, finished: true, events: 10, deferreds: 2, turns: 0, nodes: 5,
  event: 0, duration_ns: '1000', duration: '1 us', started: null, ending: 'complete', ending_text: '',
  lost: 0, strange: 0, warnings: [], warning_count: 0, error: null, info: {}, title: '',
};

function after(...actions: readonly Action[]): SessionState {
  return actions.reduce(reduce, INITIAL);
}

const ENDED: Action = { do: 'read', facts: FACTS, ended: true };
const GROWING: Action = { do: 'read', facts: { ...FACTS, ending: 'open' }, ended: false };
const OPEN: Action = { do: 'open', name: 'x.rtlog', live: true };

describe('stepping', () => {
  it('begins before the first event', () => {
    expect(after(OPEN, ENDED)).toMatchObject({ phase: 'ready', event: 0, eventTotal: 10, live: false });
  });

  it('stays within the recording', () => {
    expect(after(OPEN, ENDED, { do: 'step', by: -1 }).event).toBe(0);
    expect(after(OPEN, ENDED, { do: 'go', event: 99 }).event).toBe(10);
    expect(after(OPEN, ENDED, { do: 'go', event: 4 }, { do: 'step', by: 1 }).event).toBe(5);
  });

  it('stops playing at the end', () => {
    const playing = after(OPEN, ENDED, { do: 'play', playing: true });
    expect(playing.playing).toBe(true);
    expect(reduce(playing, { do: 'go', event: 9 }).playing).toBe(true);
    expect(reduce(playing, { do: 'go', event: 10 }).playing).toBe(false);
    expect(after(OPEN, ENDED, { do: 'go', event: 10 }, { do: 'play', playing: true }).playing).toBe(false);
  });

  it('plays on at the end of a recording that grows', () => {
    expect(after(OPEN, GROWING, { do: 'play', playing: true }, { do: 'go', event: 10 }).playing).toBe(true);
  });
});

describe('a recording that grows', () => {
  it('keeps the moment, unless the end is followed', () => {
    const more: Action = { do: 'read', facts: { ...FACTS, events: 20 }, ended: false };
    expect(after(OPEN, GROWING, { do: 'go', event: 3 }, more)).toMatchObject({ event: 3, eventTotal: 20 });
    expect(after(OPEN, GROWING, { do: 'follow', following: true }, more)).toMatchObject({ event: 20, following: true });
  });

  it('finds what was selected again when tiles are numbered anew', () => {
    const place = { node: 3, deferred: 7, position: 1 };
    const grown = after(OPEN, GROWING, { do: 'select', place }, { do: 'drill', place }, GROWING);
    expect(grown.selection).toEqual({ ...place, node: undefined });
    const painted = {
      revision: grown.revision, event: 0, root: 8, selected: 9, places: { root: place, selected: place }, layouts: 1, layout_ms: 0, move_ms: 0, paint_ms: 0, ink_ms: 0, boxes: 0,
    };
    expect(reduce(grown, { do: 'painted', painted })).toMatchObject(
      { selection: { ...place, node: 9 }, drill: { ...place, node: 8 } });
    expect(reduce(grown, { do: 'painted', painted: { ...painted, revision: 1 } })).toBe(grown);
    // A picture of before another Deferred was chosen tells nothing of that one's tile.
    const chosen = reduce(grown, { do: 'select', place: { node: undefined, deferred: 8, position: undefined } });
    expect(reduce(chosen, { do: 'painted', painted }).selection).toEqual({ node: undefined, deferred: 8, position: undefined });
  });

  it('is no longer followed after a step back', () => {
    expect(after(OPEN, GROWING, { do: 'follow', following: true }, { do: 'step', by: -1 }).following).toBe(false);
  });
});

describe('opening another one', () => {
  it('forgets what was shown and keeps how', () => {
    const state = after(OPEN, ENDED, { do: 'layout', layout: 'squarified' }, { do: 'go', event: 5 },
      { do: 'select', place: { node: 3, deferred: 1, position: 0 } }, { do: 'search', text: 'x' },
      { do: 'drill', place: { node: 3, deferred: 1, position: undefined } }, { do: 'open', name: 'y', live: false });
    expect(state).toMatchObject({
      phase: 'reading', name: 'y', event: 0, eventTotal: 0, drill: { node: 0 }, layout: 'squarified',
      selection: { node: undefined, deferred: undefined, position: undefined }, search: { text: '' }, facts: undefined,
    });
  });
});

describe('zooming', () => {
  const sized = after({ do: 'size', size: { width: 800, height: 400, ratio: 1 } });

  it('keeps the point under the pointer', () => {
    const { zoom } = reduce(sized, { do: 'zoom-by', factor: 4, x: 200, y: 100 });
    expect((200 / zoom.scale) + zoom.x).toBeCloseTo(200);
    expect((100 / zoom.scale) + zoom.y).toBeCloseTo(100);
  });

  it('never shows what is outside the map', () => {
    const far = reduce(sized, { do: 'zoom', zoom: { scale: 2, x: 5000, y: -7 } });
    expect(far.zoom).toEqual({ scale: 2, x: 400, y: 0 });
    expect(reduce(far, { do: 'zoom-by', factor: 0.01 }).zoom).toEqual({ scale: 1, x: 0, y: 0 });
  });
});

describe('searching', () => {
  it('ignores the answer to what is no longer asked', () => {
    const found: Action = { do: 'found', text: 'a', count: 3, deferreds: [] };
    expect(after({ do: 'search', text: 'ab' }, found).search.count).toBeUndefined();
    expect(after({ do: 'search', text: 'a' }, found).search.count).toBe(3);
  });
});
