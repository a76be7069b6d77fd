// SPDX-License-Identifier: MIT
//
// The numbers of questions and rules in wasm/exports.h.
import type { FindRule } from './answers';

export const QUESTION = {
  recording: 0, event: 1, events: 2, deferred: 3, deferreds: 4, tile: 5, labels: 6, histogram: 7,
  search: 8, tree: 9, find: 10, legend: 11, eventAtTime: 12, cursor: 13, nodeOf: 14,
  findings: 15, waitTree: 16, reactor: 17,
} as const;

export const RULE: Readonly<Record<FindRule, number>> = {
  'next-of-deferred': 0, 'previous-of-deferred': 1, 'next-failure': 2, 'previous-failure': 3,
  'into': 4, 'out': 5, 'revealed': 6, 'last-change': 7,
};

/** rt_view's flags. */
export const VIEW = { dark: 1, outlines: 2 } as const;

/** More labels than this nobody reads, and they cost a frame. */
export const MOST_LABELS = 1000;
