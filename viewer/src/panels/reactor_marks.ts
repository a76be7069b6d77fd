// SPDX-License-Identifier: MIT
//
// The reactor's time as numbers between 0 (left) and 1 (right): where it was busy, and marks for the
// stretches in which it was blocked. Marks that would lie on one another are one.
import { type BlockedStretch, nanoseconds, type ReactorFacts, type Turn } from '../session';

export interface Span {
  readonly left: number;
  readonly right: number;
  /** How busy, between 0 and 1. */
  readonly busy: number;
}

export interface Mark {
  readonly left: number;
  readonly right: number;
  /** The longest first. */
  readonly stretches: readonly BlockedStretch[];
}

function placeOf(reactor: ReactorFacts, ns: string): number {
  const first = nanoseconds(reactor.first_ns);
  const span = Number(nanoseconds(reactor.last_ns) - first);
  return span <= 0 ? 0 : Math.max(0, Math.min(Number(nanoseconds(ns) - first) / span, 1));
}

/** Each turn's busy part where turns are told one by one, else each bucket's share. */
export function spansOf(reactor: ReactorFacts): readonly Span[] {
  if (reactor.turns.length > 0) {
    return reactor.turns.map((turn) => {
      const busyUntil = String(nanoseconds(turn.start_ns) + nanoseconds(turn.busy_ns));
      return { left: placeOf(reactor, turn.start_ns), right: placeOf(reactor, busyUntil), busy: 1 };
    });
  }
  const count = reactor.buckets.length;
  return reactor.buckets.map(([thousandths], at) => ({ left: at / count, right: (at + 1) / count, busy: thousandths / 1000 }));
}

/** None narrower than `least`. */
export function marksOf(reactor: ReactorFacts, least: number): readonly Mark[] {
  const marks: { left: number; right: number; stretches: BlockedStretch[] }[] = [];
  for (const each of reactor.blocked) {
    const left = placeOf(reactor, each.start_ns);
    const right = Math.max(placeOf(reactor, each.end_ns), left + least);
    const before = marks.at(-1);
    if (before !== undefined && left < before.right) {
      before.right = Math.max(before.right, right);
      before.stretches.push(each);
    } else marks.push({ left, right, stretches: [each] });
  }
  for (const mark of marks) mark.stretches.sort((one, other) => Number(lengthOf(other) - lengthOf(one)));
  return marks;
}

function lengthOf(stretch: BlockedStretch): bigint {
  return nanoseconds(stretch.end_ns) - nanoseconds(stretch.start_ns);
}

/** What a place shows: the turn that it lies in, or its bucket. */
export function whatIsAt(reactor: ReactorFacts, place: number): {
  readonly turn: Turn | undefined; readonly bucket: ReactorFacts['buckets'][number] | undefined;
} {
  const turn = reactor.turns.findLast((each) => placeOf(reactor, each.start_ns) <= place);
  const at = Math.min(Math.floor(place * reactor.buckets.length), reactor.buckets.length - 1);
  return { turn, bucket: reactor.buckets[at] };
}

export function timeAt(reactor: ReactorFacts, place: number): bigint {
  const first = nanoseconds(reactor.first_ns);
  return first + BigInt(Math.round(Number(nanoseconds(reactor.last_ns) - first) * place));
}
