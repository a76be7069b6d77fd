// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { SAMPLE_WAITS } from './sample_diagnosis';
import { moveBy, parentOf, shownRows } from './wait_tree_rows';

const shown = (closed: readonly number[] = []): readonly number[] =>
  shownRows(SAMPLE_WAITS, new Set(closed)).map((each) => each.at);

describe('the rows of the wait tree', () => {
  it('are all there while nothing is closed', () => {
    expect(shown()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(shownRows(SAMPLE_WAITS, new Set()).map((each) => each.hasChildren)).toEqual([true, true, false, false, true, false]);
  });

  it('below a closed one are left out', () => {
    expect(shown([1])).toEqual([0, 1, 3, 4, 5]);
    expect(shown([0])).toEqual([0, 4, 5]);
    expect(shown([0, 1, 4])).toEqual([0, 4]);
  });

  it('hang on the one above that is less deep', () => {
    expect([0, 1, 2, 3, 4, 5].map((at) => parentOf(SAMPLE_WAITS, at))).toEqual([undefined, 0, 1, 0, undefined, 4]);
  });

  it('are walked, opened and closed by the arrow keys of any tree', () => {
    const rows = shownRows(SAMPLE_WAITS, new Set([1]));
    expect(moveBy('ArrowDown', rows, SAMPLE_WAITS, 1)).toEqual({ to: 3 });
    expect(moveBy('ArrowUp', rows, SAMPLE_WAITS, 0)).toBeUndefined();
    expect(moveBy('ArrowRight', rows, SAMPLE_WAITS, 1)).toEqual({ open: true });
    expect(moveBy('ArrowRight', rows, SAMPLE_WAITS, 0)).toEqual({ to: 1 });
    expect(moveBy('ArrowLeft', rows, SAMPLE_WAITS, 0)).toEqual({ open: false });
    expect(moveBy('ArrowLeft', rows, SAMPLE_WAITS, 3)).toEqual({ to: 0 });
    expect(moveBy('End', rows, SAMPLE_WAITS, 0)).toEqual({ to: 5 });
    expect(moveBy('x', rows, SAMPLE_WAITS, 0)).toBeUndefined();
  });
});
