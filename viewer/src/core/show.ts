// SPDX-License-Identifier: MIT
//
// What the map is to show, as the module is told it, and whether two of them need another layout.
import type { Place, Show } from './messages';
import { VIEW } from './questions';
import type { MapView } from './wasm';

export function viewOf(show: Show, root: number): MapView {
  return {
    width: show.width, height: show.height, ratio: show.ratio, root, layout: show.layout,
    weight: show.weight, flags: (show.dark ? VIEW.dark : 0) | (show.outlines ? VIEW.outlines : 0),
  };
}

export function sameView(one: Show, other: Show): boolean {
  return one.revision === other.revision && one.width === other.width && one.height === other.height &&
    one.ratio === other.ratio && sameRoot(one.root, other.root) && one.layout === other.layout && one.weight === other.weight &&
    one.dark === other.dark && one.outlines === other.outlines;
}

/** A root that was looked up is the same when its node is named the next time. */
function sameRoot(before: Place, after: Place): boolean {
  if (before.deferred !== after.deferred || before.position !== after.position) return false;
  return before.node === after.node || (before.node === undefined && before.deferred !== undefined);
}

export function sameZoom(one: Show, other: Show): boolean {
  return one.scale === other.scale && one.x === other.x && one.y === other.y;
}
