// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { bars, eventAtPlace, eventByKey, placeOfEvent, type Spread } from './timeline';

/** Ten events in four spans of time; the second one is empty. */
const SPREAD: Spread = { buckets: [[4, 0], [0, 0], [5, 2], [1, 1]], first_event: [1, 5, 5, 10] };

describe('places on the timeline', () => {
  it('of an event lead back to it', () => {
    for (let event = 1; event <= 10; event += 1) expect(eventAtPlace(SPREAD, placeOfEvent(SPREAD, event))).toBe(event);
  });
  it('go up with the events', () => {
    const places = Array.from({ length: 11 }, (_, event) => placeOfEvent(SPREAD, event));
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(places[0]).toBe(0);
  });
  it('are in the span of time of the event', () => {
    expect(placeOfEvent(SPREAD, 4)).toBeLessThan(0.25);
    expect(placeOfEvent(SPREAD, 5)).toBeGreaterThan(0.5);
    expect(placeOfEvent(SPREAD, 10)).toBeGreaterThan(0.75);
  });
  it('where nothing happened show the event before', () => {
    expect(eventAtPlace(SPREAD, 0.3)).toBe(4);
  });
  it('at the ends are before the first event, and the last', () => {
    expect(eventAtPlace(SPREAD, 0)).toBe(0);
    expect(eventAtPlace(SPREAD, 1)).toBe(10);
    expect(eventAtPlace({ buckets: [], first_event: [] }, 0.5)).toBe(0);
  });
});

describe('bars', () => {
  it('show one event beside many', () => {
    const [many, few] = bars({ buckets: [[10_000, 0], [1, 0]], first_event: [1, 10_001] });
    expect(many?.height).toBe(1);
    expect(few?.height).toBeCloseTo(0.01, 6);
  });
  it('have no more failures than events', () => {
    expect(bars(SPREAD)[3]).toEqual({ height: Math.sqrt(1 / 5), failed: Math.sqrt(1 / 5) });
  });
});

describe('keys of the slider', () => {
  it('step, page and go to the ends', () => {
    expect(eventByKey('ArrowRight', 5, 10_000)).toBe(6);
    expect(eventByKey('ArrowLeft', 0, 10_000)).toBe(0);
    expect(eventByKey('PageUp', 5, 10_000)).toBe(205);
    expect(eventByKey('End', 5, 10_000)).toBe(10_000);
    expect(eventByKey('x', 5, 10_000)).toBeUndefined();
  });
});
