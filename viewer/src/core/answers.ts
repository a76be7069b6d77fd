// SPDX-License-Identifier: MIT
//
// What core answers, as the page sees it: the JSON of wasm/exports.h, one type for each question.
// Names are core's own. Times are texts of whole nanoseconds, because a number is exact only to
// 2^53 ns; `nanoseconds` in time.ts reads them.

export type NanosecondsText = string;

/** How a recording ends: `open` while more of it may come. */
export type Ending = 'complete' | 'truncated' | 'error' | 'open';

export interface RecordingFacts {
  readonly format: string;
  readonly events: number;
  readonly deferreds: number;
  readonly duration_ns: NanosecondsText;
  readonly ending: Ending;
  readonly lost: number;
  readonly warnings: readonly string[];
  readonly error?: { readonly offset: number; readonly line?: number; readonly cause: string };
  readonly info?: Readonly<Record<string, unknown>>;
  readonly title?: string;
}

export interface EventFacts {
  readonly event: number;
  readonly time_ns: NanosecondsText;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
  readonly place: string;
  /** It went wrong: shown so that it can't be missed. */
  readonly bad: boolean;
  /** The event as one line of JSON, as `reactortrack events --json` prints it. */
  readonly line: string;
  readonly deferred?: number;
  readonly node?: number;
}

export interface HistoryEntry {
  readonly event: number;
  readonly time_ns: NanosecondsText;
  readonly text: string;
}

export interface DeferredFacts {
  readonly deferred: number;
  readonly node?: number;
  readonly label: string;
  readonly state: string;
  /** What a person reads about it, a line each. */
  readonly lines: readonly string[];
  readonly history: readonly HistoryEntry[];
  readonly waiters?: readonly DeferredLink[];
  readonly wait_path?: readonly DeferredLink[];
}

export interface DeferredLink {
  readonly deferred: number;
  readonly label: string;
  readonly state?: string;
  readonly node?: number;
}

export type DeferredColumn = 'deferred' | 'label' | 'state' | 'age' | 'own' | 'wait' | 'site';

export interface DeferredQuery {
  readonly offset: number;
  readonly count: number;
  readonly sort: DeferredColumn;
  readonly descending: boolean;
  readonly filter: string;
  readonly state: string;
}

export interface DeferredRow {
  readonly deferred: number;
  readonly label: string;
  readonly state: string;
  readonly age_ns: NanosecondsText;
  readonly own_ns: NanosecondsText;
  readonly wait_ns: NanosecondsText;
  readonly waiting_on?: number;
  readonly site: string;
  readonly node?: number;
  readonly created_event: number;
}

export interface DeferredPage {
  readonly total: number;
  readonly rows: readonly DeferredRow[];
}

export interface TileFacts {
  readonly node: number;
  readonly kind: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly state: string;
  readonly deferred?: number;
  readonly pair?: number;
  readonly first_event?: number;
  readonly last_event?: number;
}

/** A text on the map, already cut to fit. Device pixels. */
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
}

export interface Histogram {
  /** Events and failures of each bucket, in the order of time. */
  readonly buckets: readonly (readonly [events: number, failures: number])[];
  readonly first_ns: NanosecondsText;
  readonly last_ns: NanosecondsText;
}

export interface SearchResult {
  readonly count: number;
  readonly nodes: readonly number[];
}

export interface TreeChild {
  readonly node: number;
  readonly label: string;
  readonly state: string;
  readonly child_count: number;
  readonly visible: boolean;
}

export interface Crumb {
  readonly node: number;
  readonly label: string;
}

export interface TreePage {
  readonly node: number;
  readonly parent?: number;
  readonly label: string;
  readonly state: string;
  readonly level: number;
  readonly child_count: number;
  readonly children: readonly TreeChild[];
  /** From the root down to this node's parent. */
  readonly breadcrumbs: readonly Crumb[];
}

/** Which event `find` looks for, from the present one. */
export type FindRule =
  | 'next-of-deferred'
  | 'previous-of-deferred'
  | 'next-failure'
  | 'previous-failure'
  | 'into'
  | 'out'
  | 'of-node';

export interface LegendEntry {
  readonly state: string;
  readonly word: string;
  readonly colour: string;
  readonly glyph: string;
}

export interface CursorFacts {
  readonly event: number;
  /** Innermost last. Empty when nothing runs. */
  readonly executing: readonly Crumb[];
  readonly last_executed?: number;
}

/** The questions core answers, all about the moment the page stands at. */
export interface Questions {
  recording(): Promise<RecordingFacts>;
  event(event: number): Promise<EventFacts>;
  events(first: number, count: number): Promise<readonly EventFacts[]>;
  deferred(serial: number): Promise<DeferredFacts>;
  deferreds(query: DeferredQuery): Promise<DeferredPage>;
  tile(node: number): Promise<TileFacts>;
  labels(most: number): Promise<readonly Label[]>;
  histogram(bucketCount: number): Promise<Histogram>;
  search(text: string): Promise<SearchResult>;
  tree(node: number, offset: number, count: number): Promise<TreePage>;
  /** The event's number, or undefined when there is none. `of` is a Deferred's serial or a node. */
  find(rule: FindRule, of?: number): Promise<number | undefined>;
  legend(): Promise<readonly LegendEntry[]>;
  eventAtTime(time: NanosecondsText): Promise<number>;
  cursor(): Promise<CursorFacts>;
  nodeOf(serial: number): Promise<number | undefined>;
}
