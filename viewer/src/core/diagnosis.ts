// SPDX-License-Identifier: MIT
//
// What core answers about the recording as a whole: what is wrong in it, who waits for what, what the
// reactor did. The shapes of wasm/exports.h, as in answers.ts.
import type { DeferredRef, NanosecondsText } from './answers';

/** How far core is with what it works out when there is nothing else to do. */
export interface Worked {
  /** All that has been read was looked at. */
  readonly done: boolean;
  readonly pieces: number;
  readonly pieces_done: number;
  /** The last event that was looked at; 0: nothing is known yet. */
  readonly upto: number;
}

export type Severity = 'error' | 'warning' | 'info';

/** A place that a finding cites. `role`: "created", "fired", "attached", "culprit", ... */
export interface Site {
  readonly role: string;
  readonly file: string;
  readonly line: number;
  readonly function: string;
}

/** As `reactortrack findings --json` tells it, and where to look. */
export interface Finding {
  readonly kind: string;
  /** The kind in words. */
  readonly heading: string;
  readonly severity: Severity;
  readonly message: string;
  /** The one to look at first. */
  readonly deferred: number | null;
  readonly label: string;
  readonly node: number | null;
  /** How many of the same there are at the same places, this one included. */
  readonly count: number;
  readonly others: readonly number[];
  /** Seconds. */
  readonly since: number;
  readonly duration: number;
  readonly event: number;
  /** The event at which to look at it. */
  readonly go: number;
  readonly sites: readonly Site[];
  /** Of each of `sites`: the event in which it comes up, 0 for none; and its place for people. */
  readonly site_events: readonly number[];
  readonly site_places: readonly string[];
}

export interface FindingsPage extends Worked {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly total: number;
  /** The gravest first; at most 2,000 of `total`. */
  readonly findings: readonly Finding[];
}

export interface WaitTreeRow extends Omit<DeferredRef, 'label'> {
  readonly depth: number;
  readonly name: string;
  readonly how: string;
  readonly place: string;
  readonly age_ns: NanosecondsText;
  /** In which the wait began. */
  readonly event: number;
  /** Of the last of a branch: why it doesn't go on. */
  readonly cause: string;
  /** It waits for one above it. */
  readonly cycle: boolean;
  /** What is below it stands further up. */
  readonly told: boolean;
  /** It has ended, and holds a lock to this day. */
  readonly over: boolean;
}

export interface WaitTreePage extends Worked {
  /** There is more than is told. */
  readonly cut_off: boolean;
  /** The recording breaks off in the reactor's sleep: for how long they have waited it does not say. */
  readonly asleep: boolean;
  /** Depth first: a row's children come after it, one deeper. */
  readonly rows: readonly WaitTreeRow[];
}

export interface Turn {
  readonly event: number;
  readonly end_event: number;
  readonly start_ns: NanosecondsText;
  readonly end_ns: NanosecondsText;
  readonly busy_ns: NanosecondsText;
  readonly polled_ns: NanosecondsText;
  readonly calls: number;
}

/** Between two polls, for longer than `limit_ns`. */
export interface BlockedStretch {
  /** At which what blocked the reactor began. */
  readonly event: number;
  readonly from_event: number;
  readonly to_event: number;
  readonly start_ns: NanosecondsText;
  readonly end_ns: NanosecondsText;
  readonly length: string;
  /** Empty when nothing that was recorded took the time. */
  readonly culprit: string;
  readonly deferred: number | null;
  readonly node: number | null;
  /** Delayed calls that had to wait for it. */
  readonly late: number;
}

export interface ReactorFacts {
  /** `blocked` is that of all that has been read. */
  readonly done: boolean;
  readonly first_ns: NanosecondsText;
  readonly last_ns: NanosecondsText;
  readonly turn_count: number;
  readonly busy_ns: NanosecondsText;
  readonly polled_ns: NanosecondsText;
  /** Equal times: how busy the reactor was, turns that began, their delayed calls. */
  readonly buckets: readonly (readonly [thousandths: number, turns: number, calls: number])[];
  /** All of them when there are no more than buckets, else none. */
  readonly turns: readonly Turn[];
  readonly limit_ns: NanosecondsText;
  readonly blocked: readonly BlockedStretch[];
}
