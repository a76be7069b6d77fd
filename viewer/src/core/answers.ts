// SPDX-License-Identifier: MIT
//
// What core answers, as the page sees it: the JSON shapes of wasm/exports.h, one type each, and
// the questions that lead to them. Names are core's own. An answer of `null` (nothing there) comes
// out as undefined.

import type { FindingsPage, ReactorFacts, WaitTreePage } from './diagnosis';

export type * from './diagnosis';

/** Whole nanoseconds as digits: a number is exact only to 2^53 ns, 104 days. See time.ts. */
export type NanosecondsText = string;

export type State = 'pending' | 'running' | 'waiting' | 'paused' | 'succeeded' | 'failed' | 'cancelled';

/** `open`: more of the recording may come. */
export type Ending = 'open' | 'complete' | 'truncated' | 'error';

export interface ReadError {
  readonly offset: number;
  /** 0 in a recording that isn't JSON lines. */
  readonly line: number;
  readonly cause: string;
}

export interface RecordingFacts {
  readonly format: 'rtlog' | 'json' | 'none';
  readonly bytes: number;
  readonly bytes_read: number;
  readonly finished: boolean;
  readonly events: number;
  readonly deferreds: number;
  /** Rounds of the reactor. */
  readonly turns: number;
  readonly nodes: number;
  readonly event: number;
  readonly duration_ns: NanosecondsText;
  readonly duration: string;
  /** When it was recorded, for people. */
  readonly started: string | null;
  readonly ending: Ending;
  readonly ending_text: string;
  /** Events that the recorder had to drop. */
  readonly lost: number;
  /** Events that fit no state they came in. */
  readonly strange: number;
  readonly warnings: readonly ReadError[];
  readonly warning_count: number;
  readonly error: ReadError | null;
  readonly info: Readonly<Record<string, string>>;
  /** The command that was recorded, or empty. */
  readonly title: string;
}

export interface EventFacts {
  readonly number: number;
  readonly time_ns: NanosecondsText;
  /** Seconds, for people. */
  readonly time: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
  readonly place: string;
  /** It went wrong: shown so that it can't be missed. */
  readonly bad: boolean;
  readonly deferred?: number;
  readonly node?: number;
}

export interface CurrentEvent extends EventFacts {
  readonly last: number;
  /** The event as one line of JSON, as `reactortrack events --json` prints it. */
  readonly line: string;
  /** Who awaited the code that ran then, the nearest first: what no stack shows. For events with a stack. */
  readonly awaited_by: readonly string[];
}

export interface EventPage {
  readonly first: number;
  readonly last: number;
  readonly events: readonly EventFacts[];
}

/** A Deferred that is spoken of. */
export interface DeferredRef {
  readonly deferred: number;
  readonly label: string;
  readonly state: State;
  readonly glyph: string;
  readonly node: number;
}

export interface WaitRef extends DeferredRef {
  readonly how: string;
  readonly place: string;
  /** At which the wait began; 0 for the first of a path. */
  readonly since_event: number;
  /** How long it has lasted by now. */
  readonly wait_ns: NanosecondsText;
}

export interface PairRef {
  readonly deferred: number;
  readonly position: number;
  readonly label: string;
  readonly node: number;
}

export interface PairFacts {
  readonly position: number;
  readonly label: string;
  readonly state: 'attached' | 'running' | 'finished' | 'passed';
  readonly lane: 'callback' | 'errback' | '';
  readonly outcome: string;
  readonly bad: boolean;
  readonly place: string;
  readonly own_ns: NanosecondsText;
  readonly attached_event: number;
  readonly started_event: number;
  readonly finished_event: number;
  readonly node: number;
}

/** One Deferred as of the present event. Event numbers are 0 for what never happened. */
export interface DeferredFacts extends DeferredRef {
  readonly type: string;
  readonly address: string;
  /** false: it is created later. */
  readonly exists: boolean;
  /** What it is and what it waits for. */
  readonly sentence: string;
  readonly created_event: number;
  readonly fired_event: number;
  readonly collected_event: number;
  readonly created: string;
  readonly fired: string;
  readonly coroutine: string;
  readonly canceller: string;
  readonly age_ns: NanosecondsText;
  readonly own_ns: NanosecondsText;
  readonly wait_ns: NanosecondsText;
  /** At most 1,000 of `pair_count`. */
  readonly pairs: readonly PairFacts[];
  readonly pair_count: number;
  /** Of the whole recording; at most 1,000 of `history_count`. */
  readonly history: readonly EventFacts[];
  readonly history_count: number;
  /** Open now, newest first. */
  readonly waits_on: readonly WaitRef[];
  /** Open now, at most 100 of `waiter_count`. */
  readonly waiters: readonly WaitRef[];
  readonly waiter_count: number;
  /** To the bottom of what it waits for; the first is itself. */
  readonly path: readonly WaitRef[];
  /** The path comes back to itself. */
  readonly cycle: boolean;
  /** What the last of the path is and what becomes of it, in a sentence; empty for a cycle. */
  readonly bottom: string;
}

export type DeferredColumn =
  'deferred' | 'label' | 'state' | 'age' | 'own' | 'wait' | 'waiting_on' | 'site';

export interface DeferredQuery {
  readonly offset: number;
  /** At most 10,000. */
  readonly count: number;
  readonly sort?: DeferredColumn;
  readonly descending?: boolean;
  readonly filter?: string;
  readonly state?: State;
}

export interface DeferredRow extends DeferredRef {
  readonly type: string;
  readonly age_ns: NanosecondsText;
  readonly own_ns: NanosecondsText;
  readonly wait_ns: NanosecondsText;
  /** 0: nothing. */
  readonly waiting_on: number;
  readonly site: string;
  readonly created_event: number;
}

export interface DeferredPage {
  readonly total: number;
  readonly rows: readonly DeferredRow[];
}

export type TileKind = 'root' | 'deferred' | 'pair' | 'portal';

export interface TileFacts {
  readonly node: number;
  readonly kind: TileKind;
  readonly title: string;
  readonly lines: readonly string[];
  readonly state: State;
  readonly glyph: string;
  /** It is there at the present event. */
  readonly shown: boolean;
  readonly deferred?: number;
  readonly position?: number;
  /** The event that reveals it. */
  readonly first_event: number;
  /** The last one in the whole recording that changes it. */
  readonly last_event: number;
  /** Device pixels, under the present zoom. */
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A text on the map, cut to fit its box. Device pixels. The glyph stands before the text. */
export interface Label {
  readonly node: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly text: string;
  readonly glyph: string;
  readonly ink: string;
  readonly bold: boolean;
  readonly kind: string;
}

export interface Histogram {
  /** Events and failures of each bucket. */
  readonly buckets: readonly (readonly [events: number, failures: number])[];
  readonly first_ns: NanosecondsText;
  readonly last_ns: NanosecondsText;
  /** The number of each bucket's first event. */
  readonly first_event: readonly number[];
}

export interface SearchResult {
  readonly count: number;
  /** The first 100 Deferreds found. */
  readonly deferreds: readonly DeferredRef[];
}

export interface Crumb {
  readonly node: number;
  readonly label: string;
}

export interface TreeChild {
  readonly node: number;
  readonly kind: TileKind;
  readonly label: string;
  readonly state: State;
  readonly child_count: number;
}

/** A tile and those right inside it that are there at the present event. */
export interface TreePage extends TreeChild {
  readonly parent: number | null;
  /** The root's is 1. */
  readonly level: number;
  readonly offset: number;
  /** From the root to the node itself. */
  readonly crumbs: readonly Crumb[];
  readonly children: readonly TreeChild[];
}

/** Which event to find, from the present one. `revealed` and `last-change` are of a node. */
export type FindRule =
  | 'next-of-deferred' | 'previous-of-deferred' | 'next-failure' | 'previous-failure'
  | 'into' | 'out' | 'revealed' | 'last-change';

export interface LegendState {
  readonly state: State;
  readonly word: string;
  readonly colour: string;
  readonly ink: string;
  readonly glyph: string;
  readonly pattern: string;
}

export interface LegendMark {
  readonly name: string;
  readonly word: string;
  readonly colour: string;
}

export interface Legend {
  readonly states: readonly LegendState[];
  readonly marks: readonly LegendMark[];
}

export interface CursorFacts {
  readonly event: number;
  /** Innermost last. Empty when nothing runs. */
  readonly executing: readonly PairRef[];
  readonly last_executed: PairRef | null;
}

/** All answers are about the event the map stands at. undefined: there is no such thing. */
export interface Questions {
  recording(): Promise<RecordingFacts>;
  event(event: number): Promise<CurrentEvent>;
  events(first: number, count: number): Promise<EventPage>;
  deferred(serial: number): Promise<DeferredFacts | undefined>;
  deferreds(query: DeferredQuery): Promise<DeferredPage>;
  tile(node: number): Promise<TileFacts | undefined>;
  labels(most: number): Promise<readonly Label[]>;
  histogram(bucketCount: number): Promise<Histogram>;
  /** Also dims the rest of the map; an empty text ends that. */
  search(text: string): Promise<SearchResult>;
  tree(node: number, offset: number, count: number): Promise<TreePage | undefined>;
  /** The event's number. `of` is a Deferred's serial or a node, as the rule needs. */
  find(rule: FindRule, of?: number): Promise<number | undefined>;
  legend(): Promise<Legend>;
  eventAtTime(time: NanosecondsText): Promise<number>;
  cursor(): Promise<CursorFacts>;
  /** The tile of a Deferred, or of the callback pair at a position of it. */
  nodeOf(serial: number, position?: number): Promise<number | undefined>;
  findings(): Promise<FindingsPage>;
  /** At the end of what has been read. */
  waitTree(): Promise<WaitTreePage>;
  reactor(bucketCount: number): Promise<ReactorFacts>;
}
