// SPDX-License-Identifier: MIT
//
// The timeline: places between 0 (left) and 1 (right) and the events there. Its buckets are equal
// spans of time; within one, events are spread evenly, so each has a place of its own and the way
// back from a place leads to the same event.
import type { Histogram } from '../session';

export type Spread = Pick<Histogram, 'buckets' | 'first_event'>;

/** A bar of the histogram: heights are between 0 and 1. */
export interface Bar {
  readonly height: number;
  readonly failed: number;
}

export function placeOfEvent(spread: Spread, event: number): number {
  const bucket = bucketOf(spread, event);
  const events = spread.buckets[bucket]?.[0] ?? 0;
  if (events === 0 || event <= 0) return 0;
  const first = spread.first_event[bucket] ?? 1;
  const within = Math.max(0, Math.min((event - first + 0.5) / events, 1));
  return (bucket + within) / spread.buckets.length;
}

/** The event at or nearest before a place; 0 before the first. */
export function eventAtPlace(spread: Spread, place: number): number {
  const last = spread.buckets.length;
  if (place <= 0 || last === 0) return 0;
  const bucket = Math.min(Math.floor(place * last), last - 1);
  const first = spread.first_event[bucket] ?? 1;
  const events = spread.buckets[bucket]?.[0] ?? 0;
  if (events === 0) return Math.max(0, first - 1);
  const within = Math.min(Math.floor((place * last - bucket) * events), events - 1);
  return first + Math.max(0, within);
}

/** The bucket that holds the event: the last one with events that begins at or before it. */
function bucketOf(spread: Spread, event: number): number {
  let low = 0;
  let high = spread.first_event.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((spread.first_event[middle] ?? 0) <= event) low = middle;
    else high = middle - 1;
  }
  while (low > 0 && (spread.buckets[low]?.[0] ?? 0) === 0) low -= 1;
  return low;
}

/** Heights by the square root: one event beside ten thousand still shows. */
export function bars(spread: Spread): readonly Bar[] {
  const most = spread.buckets.reduce((largest, [events]) => Math.max(largest, events), 1);
  return spread.buckets.map(([events, failures]) => ({
    height: Math.sqrt(events / most),
    failed: Math.sqrt(Math.min(failures, events) / most),
  }));
}

/** Where an arrow or page key on the timeline leads; undefined for keys that mean nothing there. */
export function eventByKey(key: string, event: number, total: number): number | undefined {
  const page = Math.max(10, Math.round(total / 50));
  const to = { ArrowRight: event + 1, ArrowUp: event + 1, ArrowLeft: event - 1, ArrowDown: event - 1,
    PageUp: event + page, PageDown: event - page, Home: 0, End: total }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(to, total));
}
