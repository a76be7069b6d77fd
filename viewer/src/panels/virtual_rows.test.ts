// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import {
  blockAround, isScaled, lastTop, MOST_PIXELS, type Rows, scrollOfTop, sliceAt, topOfScroll, topToShow, trackHeight,
} from './virtual_rows';

const SHORT: Rows = { count: 5, rowHeight: 20, viewHeight: 200 };
const PLAIN: Rows = { count: 1_000, rowHeight: 20, viewHeight: 210 };
const HUGE: Rows = { count: 10_000_000, rowHeight: 20, viewHeight: 210 };

describe('the track', () => {
  it('is as tall as its rows while a browser can show that', () => {
    expect(trackHeight(PLAIN)).toBe(20_000);
    expect(isScaled(PLAIN)).toBe(false);
  });
  it('is never taller than what every browser can show', () => {
    expect(trackHeight(HUGE)).toBe(MOST_PIXELS);
    expect(MOST_PIXELS).toBeLessThan(17_000_000);
    expect(isScaled(HUGE)).toBe(true);
  });
  it('is not shorter than the view, so that few rows do not scroll', () => {
    expect(trackHeight(SHORT)).toBe(200);
    expect(topOfScroll(SHORT, 0)).toBe(0);
    expect(lastTop(SHORT)).toBe(0);
  });
});

describe('scrolling', () => {
  it('a pixel of the track is a pixel of the rows when it is not scaled', () => {
    expect(topOfScroll(PLAIN, 50)).toBeCloseTo(2.5, 9);
    expect(scrollOfTop(PLAIN, 2.5)).toBeCloseTo(50, 9);
  });
  it('reaches the first and the last row of ten million', () => {
    expect(sliceAt(HUGE, topOfScroll(HUGE, 0)).first).toBe(0);
    const end = sliceAt(HUGE, topOfScroll(HUGE, MOST_PIXELS - HUGE.viewHeight));
    expect(end.first + end.count).toBe(HUGE.count);
    expect(end.offset + end.count * HUGE.rowHeight).toBeCloseTo(HUGE.viewHeight, 3);
  });
  it('comes back to the same row from the scrollbar it set', () => {
    for (const top of [0, 1, 4_999_999.5, lastTop(HUGE)]) {
      expect(topOfScroll(HUGE, scrollOfTop(HUGE, top))).toBeCloseTo(top, 3);
    }
  });
  it('past the ends stays at the ends', () => {
    expect(topOfScroll(PLAIN, -10)).toBe(0);
    expect(topOfScroll(PLAIN, 1e9)).toBe(lastTop(PLAIN));
    expect(sliceAt(PLAIN, 1e9).first + sliceAt(PLAIN, 1e9).count).toBe(1_000);
  });
});

describe('the rows in sight', () => {
  it('include those that are cut at either edge', () => {
    expect(sliceAt(PLAIN, 2.5)).toEqual({ first: 2, count: 11, offset: -10 });
    expect(sliceAt({ ...PLAIN, viewHeight: 200 }, 3)).toEqual({ first: 3, count: 10, offset: 0 });
  });
  it('are no more than there are', () => {
    expect(sliceAt(SHORT, 0)).toEqual({ first: 0, count: 5, offset: 0 });
    expect(sliceAt({ ...SHORT, count: 0 }, 0).count).toBe(0);
  });
  it('move as little as needed to show one near by', () => {
    expect(topToShow(PLAIN, 100, 105)).toBe(100);
    expect(topToShow(PLAIN, 100, 99)).toBe(99);
    expect(topToShow(PLAIN, 100, 110)).toBeCloseTo(100.5, 9);
  });
  it('put one from far away in the middle', () => {
    expect(topToShow(HUGE, 0, 5_000_000)).toBe(4_999_995);
    expect(topToShow(HUGE, 0, HUGE.count - 1)).toBe(lastTop(HUGE));
  });
});

describe('blocks', () => {
  it('are the same while scrolling within one', () => {
    const at = (first: number): unknown => blockAround({ first, count: 20, offset: 0 }, 64, 1_000);
    expect(at(65)).toEqual({ first: 0, count: 192 });
    expect(at(70)).toEqual(at(65));
    expect(at(70)).not.toEqual(at(140));
  });
  it('end where the rows end', () => {
    expect(blockAround({ first: 990, count: 10, offset: 0 }, 64, 1_000)).toEqual({ first: 896, count: 104 });
  });
});
