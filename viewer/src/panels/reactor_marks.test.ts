// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { marksOf, spansOf, timeAt, whatIsAt } from './reactor_marks';
import { sampleReactor } from './sample_diagnosis';

describe('the reactor on the scale of the timeline', () => {
  it('is busy for a part of each turn', () => {
    expect(spansOf(sampleReactor(10))).toEqual([{ left: 0, right: 0.4, busy: 1 }, { left: 0.45, right: 0.85, busy: 1 }]);
  });

  it('with too many turns to tell is as busy as its buckets', () => {
    const spans = spansOf({ ...sampleReactor(10), turns: [] });
    expect(spans).toHaveLength(10);
    expect(spans[3]).toEqual({ left: 0.3, right: 0.4, busy: 1 });
    expect(spans[4]?.busy).toBe(0.1);
  });

  it('has a mark where it was blocked, none narrower than asked for', () => {
    expect(marksOf(sampleReactor(10), 0.01).map((mark) => [mark.left, mark.right])).toEqual([[0.1, 0.4], [0.5, 0.9]]);
    expect(marksOf(sampleReactor(10), 0.35)[0]?.right).toBeCloseTo(0.45);
  });

  it('has one mark for stretches that would lie on one another, the longest of them first', () => {
    const [mark, ...more] = marksOf(sampleReactor(10), 0.45);
    expect(more).toEqual([]);
    expect(mark?.stretches.map((each) => each.length)).toEqual(['400 ms', '300 ms']);
  });

  it('tells what is at a place', () => {
    const reactor = sampleReactor(10);
    expect(whatIsAt(reactor, 0.5).turn?.event).toBe(10);
    expect(whatIsAt(reactor, 1).bucket).toEqual([1000, 1, 0]);
    expect(timeAt(reactor, 0.25)).toBe(250_000_000n);
  });

  it('of a recording that took no time lies at its beginning', () => {
    const still = { ...sampleReactor(1), last_ns: '0' };
    expect(marksOf(still, 0.01)[0]).toMatchObject({ left: 0, right: 0.01 });
  });
});
