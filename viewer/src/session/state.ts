// SPDX-License-Identifier: MIT
//
// What the page is showing, as one immutable value. Everything else is derived from it or asked of
// core; reducer.ts is the one way to change it.
import type { DeferredRef, Finding, FindingsPage, RecordingFacts } from '../core/answers';
import type { Place } from '../core/messages';

/** `empty`: nothing opened yet. `reading`: it comes in, nothing to show yet. `failed`: see `failure`. */
export type Phase = 'empty' | 'reading' | 'ready' | 'failed';
export type Layout = 'order' | 'squarified';
export type Weight = 'count' | 'own' | 'wait';
export type Theme = 'system' | 'light' | 'dark';
export type Dialog = 'keys' | 'about' | 'legend';
export type Tab = 'details' | 'findings' | 'deferreds' | 'events' | 'waits';

/** How far the reading is. `bytesTotal` is unknown for a stream. */
export interface Progress {
  readonly bytesRead: number;
  readonly bytesTotal: number | undefined;
  readonly events: number;
}

/** The part of the map that is looked at: pixel = (map - (x, y)) * scale, in CSS pixels. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** CSS pixels, and device pixels for each. */
export interface Size {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

export interface Search {
  readonly text: string;
  /** undefined: not answered yet. */
  readonly count: number | undefined;
  /** The first ones found. */
  readonly deferreds: readonly DeferredRef[];
}

/** Of so many pieces of work, so many are done. */
export interface Looked {
  readonly done: number;
  readonly pieces: number;
}

/** What went wrong, for the person: a sentence, and what can be done. */
export interface Failure {
  readonly title: string;
  readonly detail: string;
}

export interface SessionState {
  readonly phase: Phase;
  /** The file's name or whatever tells this recording from others. */
  readonly name: string;
  readonly progress: Progress;
  readonly facts: RecordingFacts | undefined;
  readonly failure: Failure | undefined;
  /** More may come: the stream has not ended. */
  readonly live: boolean;
  /** The present event stays the newest one while the recording grows. */
  readonly following: boolean;
  /** Grows with each change of what core knows; answers of before are stale. */
  readonly revision: number;

  /** The map shows the state after this event; 0 is before the first. */
  readonly event: number;
  readonly eventTotal: number;
  readonly playing: boolean;
  /** Events a second while playing. */
  readonly speed: number;

  /** In a recording that has just grown the node may be undefined until the next picture. */
  readonly selection: Place;
  /** The tile the map is drilled into. */
  readonly drill: Place;
  /** The tile under the pointer, or spoken of in a panel. */
  readonly hover: number | undefined;
  readonly layout: Layout;
  readonly weight: Weight;
  /** Faint outlines of tiles that come later. */
  readonly outlines: boolean;
  readonly theme: Theme;
  /** What the system prefers, for the theme `system`. */
  readonly systemDark: boolean;
  readonly size: Size;
  readonly zoom: Zoom;
  readonly search: Search;

  /** How far core is with looking for what is wrong; undefined before it begins. */
  readonly looked: Looked | undefined;
  /** What is wrong, once core has looked; of a recording that grows, that of a while ago. */
  readonly findings: FindingsPage | undefined;
  /** The place of the selected one among them. */
  readonly finding: number | undefined;

  readonly panelOpen: boolean;
  readonly tab: Tab;
  readonly dialog: Dialog | undefined;
  /** A short word of what was done, for the status line and screen readers. */
  readonly notice: string;
}

export const NO_ZOOM: Zoom = { scale: 1, x: 0, y: 0 };
export const NO_SEARCH: Search = { text: '', count: undefined, deferreds: [] };
export const NO_PLACE: Place = { node: undefined, deferred: undefined, position: undefined };
/** The container of everything. */
export const ROOT: Place = { node: 0, deferred: undefined, position: undefined };
export const SPEEDS: readonly number[] = [1, 2, 5, 10, 25, 60, 250, 1000];

export const INITIAL: SessionState = {
  phase: 'empty',
  name: '',
  progress: { bytesRead: 0, bytesTotal: undefined, events: 0 },
  facts: undefined,
  failure: undefined,
  live: false,
  following: false,
  revision: 0,
  event: 0,
  eventTotal: 0,
  playing: false,
  speed: 5,
  selection: NO_PLACE,
  drill: ROOT,
  hover: undefined,
  layout: 'order',
  weight: 'count',
  outlines: false,
  theme: 'system',
  systemDark: false,
  size: { width: 0, height: 0, ratio: 1 },
  zoom: NO_ZOOM,
  search: NO_SEARCH,
  looked: undefined,
  findings: undefined,
  finding: undefined,
  panelOpen: true,
  tab: 'details',
  dialog: undefined,
  notice: '',
};

export function isDark(state: SessionState): boolean {
  return state.theme === 'dark' || (state.theme === 'system' && state.systemDark);
}

export function findingAt(state: SessionState, place: number | undefined): Finding | undefined {
  return place === undefined ? undefined : state.findings?.findings[place];
}

/** There is a recording on the screen. */
export function isShown(state: SessionState): boolean {
  return state.phase === 'ready';
}
