// SPDX-License-Identifier: MIT
//
// The one way the state changes: an action in, a new state out. Pure; what has to be asked of core
// or done in the browser is in session.ts, which ends in actions as well.
import type { DeferredRef, Finding, FindingsPage, RecordingFacts } from '../core/answers';
import type { Painted, Place } from '../core/messages';
import {
  type Dialog, type Failure, INITIAL, type Layout, NO_SEARCH, NO_PLACE, NO_ZOOM, type Progress, ROOT,
  type SessionState, type Size, type Tab, type Theme, type Weight, type Zoom,
} from './state';
import { zoomedAt, zoomWithin } from './zoom';

export type Action =
  | { readonly do: 'open'; readonly name: string; readonly live: boolean }
  | { readonly do: 'progress'; readonly progress: Progress }
  /** What has been read so far can be shown, or more of it, or all of it (`ended`). */
  | { readonly do: 'read'; readonly facts: RecordingFacts; readonly ended: boolean }
  | { readonly do: 'fail'; readonly failure: Failure }
  | { readonly do: 'go'; readonly event: number }
  | { readonly do: 'step'; readonly by: number }
  | { readonly do: 'play'; readonly playing: boolean }
  | { readonly do: 'speed'; readonly speed: number }
  | { readonly do: 'follow'; readonly following: boolean }
  | { readonly do: 'select'; readonly place: Place }
  | { readonly do: 'hover'; readonly node: number | undefined }
  | { readonly do: 'drill'; readonly place: Place }
  /** The map has been painted: the nodes that its places have. */
  | { readonly do: 'painted'; readonly painted: Painted }
  | { readonly do: 'layout'; readonly layout: Layout }
  | { readonly do: 'weight'; readonly weight: Weight }
  | { readonly do: 'outlines'; readonly outlines: boolean }
  | { readonly do: 'theme'; readonly theme: Theme }
  | { readonly do: 'system-dark'; readonly dark: boolean }
  | { readonly do: 'size'; readonly size: Size }
  | { readonly do: 'zoom'; readonly zoom: Zoom }
  /** Larger or smaller by `factor`; the point (x, y) of the map's canvas stays where it is. */
  | { readonly do: 'zoom-by'; readonly factor: number; readonly x?: number; readonly y?: number }
  | { readonly do: 'search'; readonly text: string }
  | {
    readonly do: 'found'; readonly text: string; readonly count: number;
    readonly deferreds: readonly DeferredRef[];
  }
  | { readonly do: 'looked'; readonly done: number; readonly pieces: number }
  | { readonly do: 'findings'; readonly findings: FindingsPage }
  | { readonly do: 'finding'; readonly finding: number | undefined }
  | { readonly do: 'panel'; readonly open: boolean }
  | { readonly do: 'tab'; readonly tab: Tab }
  | { readonly do: 'dialog'; readonly dialog: Dialog | undefined }
  | { readonly do: 'notice'; readonly notice: string };

export function reduce(state: SessionState, action: Action): SessionState {
  switch (action.do) {
    case 'open': return opened(state, action.name, action.live);
    case 'progress': return { ...state, progress: action.progress };
    case 'read': return read(state, action.facts, action.ended);
    case 'fail':
      return { ...state, phase: 'failed', failure: action.failure, playing: false, live: false };
    case 'go': return gone(state, action.event);
    case 'step': return gone(state, state.event + action.by);
    case 'play': return { ...state, playing: action.playing && canPlay(state) };
    case 'speed': return { ...state, speed: action.speed };
    case 'follow':
      return { ...state, following: action.following, event: action.following ? state.eventTotal : state.event };
    case 'select': return { ...state, selection: action.place };
    case 'hover': return action.node === state.hover ? state : { ...state, hover: action.node };
    case 'drill': return { ...state, drill: action.place, zoom: NO_ZOOM, hover: undefined };
    case 'painted': return painted(state, action.painted);
    case 'layout': return { ...state, layout: action.layout, zoom: NO_ZOOM };
    case 'weight': return { ...state, weight: action.weight, zoom: NO_ZOOM };
    case 'outlines': return { ...state, outlines: action.outlines };
    case 'theme': return { ...state, theme: action.theme };
    case 'system-dark': return { ...state, systemDark: action.dark };
    case 'size': return { ...state, size: action.size, zoom: zoomWithin(state.zoom, action.size) };
    case 'zoom': return { ...state, zoom: zoomWithin(action.zoom, state.size) };
    case 'zoom-by': return {
      ...state,
      zoom: zoomedAt(state.zoom, action.factor, state.size,
                     action.x ?? state.size.width / 2, action.y ?? state.size.height / 2),
    };
    case 'search':
      return { ...state, search: action.text === '' ? NO_SEARCH : { ...NO_SEARCH, text: action.text } };
    case 'found':  // the answer to a text that is no longer searched for comes too late
      return action.text !== state.search.text ? state
        : { ...state, search: { text: action.text, count: action.count, deferreds: action.deferreds } };
    case 'looked': return { ...state, looked: { done: action.done, pieces: action.pieces } };
    case 'findings': return found(state, action.findings);
    case 'finding': return { ...state, finding: action.finding };
    case 'panel': return { ...state, panelOpen: action.open };
    case 'tab': return { ...state, tab: action.tab, panelOpen: true };
    case 'dialog': return { ...state, dialog: action.dialog };
    case 'notice': return { ...state, notice: action.notice };
  }
}

/** A new recording: what it shows is forgotten, how it is shown is kept. */
function opened(state: SessionState, name: string, live: boolean): SessionState {
  return {
    ...state,
    phase: 'reading', name, live,
    progress: INITIAL.progress, facts: undefined, failure: undefined, following: false,
    revision: state.revision + 1, event: 0, eventTotal: 0, playing: false,
    selection: NO_PLACE, drill: ROOT, hover: undefined, zoom: NO_ZOOM, search: NO_SEARCH, notice: '',
    looked: undefined, findings: undefined, finding: undefined,
  };
}

function read(state: SessionState, facts: RecordingFacts, ended: boolean): SessionState {
  const live = !ended;
  return {
    ...state,
    phase: 'ready', facts, live,
    following: state.following && live,
    revision: state.revision + 1,
    eventTotal: facts.events,
    event: state.following ? facts.events : Math.min(state.event, facts.events),
    selection: renumbered(state.selection),
    drill: renumbered(state.drill),
    hover: undefined,
  };
}

/** The one that was selected stays so, wherever it stands among the new ones. */
function found(state: SessionState, findings: FindingsPage): SessionState {
  const before = state.finding === undefined ? undefined : state.findings?.findings[state.finding];
  const place = before === undefined ? -1 : findings.findings.findIndex((each) => isSameFinding(each, before));
  return { ...state, findings, looked: undefined, finding: place < 0 ? undefined : place };
}

function isSameFinding(one: Finding, other: Finding): boolean {
  return one.kind === other.kind && one.deferred === other.deferred && one.event === other.event &&
    one.site_places.join() === other.site_places.join();
}

/** Tiles may be numbered anew: what stands for a Deferred is looked up again. */
function renumbered(place: Place): Place {
  return place.deferred === undefined ? place : { ...place, node: undefined };
}

function painted(state: SessionState, picture: Painted): SessionState {
  if (picture.revision !== state.revision) return state;
  const selection = withNode(state.selection, picture.selected, picture.places.selected);
  const drill = withNode(state.drill, picture.root, picture.places.root);
  return selection === state.selection && drill === state.drill ? state : { ...state, selection, drill };
}

/** `of`: what the node was looked up for, perhaps before another place was chosen. */
function withNode(place: Place, node: number | undefined, of: Place): Place {
  const isSame = place.deferred === of.deferred && place.position === of.position;
  return place.node === undefined && place.deferred !== undefined && node !== undefined && isSame
    ? { ...place, node } : place;
}

function gone(state: SessionState, event: number): SessionState {
  const to = Math.max(0, Math.min(Math.trunc(event), state.eventTotal));
  const next = { ...state, event: to, following: state.following && to === state.eventTotal };
  return { ...next, playing: state.playing && canPlay(next) };
}

/** Playing ends at the end, unless more may come. */
function canPlay(state: SessionState): boolean {
  return state.phase === 'ready' && (state.event < state.eventTotal || state.live);
}
