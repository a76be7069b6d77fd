// SPDX-License-Identifier: MIT
//
// What the page's main thread and the worker that owns the module say to each other.
import type { FindingsPage, Label, RecordingFacts } from './answers';
import type { Shape } from './shapes';

/** Something that has a tile, in words that hold when tiles are numbered anew. */
export interface Place {
  readonly node: number | undefined;
  readonly deferred: number | undefined;
  /** Of a callback pair in its Deferred's chain. */
  readonly position: number | undefined;
}

/** All of what the map is to show. Device pixels. */
export interface Show {
  /** Of what was read: a new one takes what was read since into the map. */
  readonly revision: number;
  readonly event: number;
  readonly width: number;
  readonly height: number;
  /** Device pixels for a CSS pixel. */
  readonly ratio: number;
  readonly root: Place;
  readonly layout: number;
  readonly weight: number;
  readonly dark: boolean;
  readonly outlines: boolean;
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  readonly selected: Place;
  readonly hovered: number | undefined;
  /** The page has arranged itself: its size is what it will be. */
  readonly settled: boolean;
}

export type ToWorker =
  | {
    readonly do: 'start'; readonly module: WebAssembly.Module;
    readonly map: OffscreenCanvas; readonly ink: OffscreenCanvas;
  }
  | { readonly do: 'open'; readonly expected: number }
  | { readonly do: 'append'; readonly bytes: Uint8Array }
  | { readonly do: 'finish' }
  | { readonly do: 'show'; readonly show: Show }
  | { readonly do: 'ask'; readonly id: number; readonly question: number; readonly a: number; readonly b: number; readonly text: string }
  | { readonly do: 'pick'; readonly id: number; readonly x: number; readonly y: number }
  /** What is painted now, as a PNG file. */
  | { readonly do: 'png'; readonly id: number }
  /** What is painted now, as the tiles and labels it consists of. */
  | { readonly do: 'drawing'; readonly id: number };

/** The picture as shapes, for a file that can be enlarged. Device pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly shapes: readonly Shape[];
  readonly labels: readonly Label[];
}

/** After each picture: the nodes that the places of its `Show` have in it, and what it took. */
export interface Painted {
  readonly revision: number;
  readonly event: number;
  readonly root: number;
  readonly selected: number | undefined;
  /** The places they are the nodes of: what is wanted now may be others. */
  readonly places: { readonly root: Place; readonly selected: Place };
  /** How often it was laid out since the picture before. */
  readonly layouts: number;
  readonly layout_ms: number;
  readonly move_ms: number;
  readonly paint_ms: number;
  readonly ink_ms: number;
  /** 0: all of it was painted. */
  readonly boxes: number;
}

export type FromWorker =
  /** How far the reading is. */
  | { readonly did: 'read'; readonly bytes: number; readonly events: number }
  /** What has been read can be shown: all of it (`facts.finished`), or the stream is pausing. */
  | { readonly did: 'reach'; readonly facts: RecordingFacts }
  | { readonly did: 'paint'; readonly painted: Painted }
  /** How far core is with looking for what is wrong, and what it has found. */
  | { readonly did: 'look'; readonly done: number; readonly pieces: number }
  | { readonly did: 'find'; readonly findings: FindingsPage }
  | { readonly did: 'answer'; readonly id: number; readonly text: string }
  | { readonly did: 'pick'; readonly id: number; readonly node: number | undefined }
  | { readonly did: 'png'; readonly id: number; readonly file: Blob | undefined }
  | { readonly did: 'drawing'; readonly id: number; readonly drawing: Drawing | undefined }
  /** The module is gone. `facts` is what it last said of the recording. */
  | { readonly did: 'stop'; readonly message: string; readonly facts: RecordingFacts | undefined };
