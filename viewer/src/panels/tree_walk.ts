// SPDX-License-Identifier: MIT
//
// Walking the tiles as a tree. Nodes are numbered in the order of the tree, so those inside one tile
// ascend, and a node's place among a million siblings is found by halving.
import type { Crumb, Questions, TreeChild, TreePage } from '../session';

export type Step = 'into' | 'out' | 'next' | 'previous';

export interface TreeEntry {
  readonly node: number;
  readonly label: string;
  readonly childCount: number;
  /** Among its siblings, from 1. */
  readonly place: number;
}

/** What stands around one tile. */
export interface Neighbours {
  readonly node: number;
  readonly level: number;
  readonly above: readonly Crumb[];
  readonly beside: readonly TreeEntry[];
  readonly besideCount: number;
  readonly inside: readonly TreeEntry[];
  readonly insideCount: number;
}

type Tree = Pick<Questions, 'tree'>;
const NEAR = 12;

/** Which of the children of `parent` the node is, from 0; undefined when it is not shown. */
export async function placeAmong(core: Tree, parent: number, node: number, count: number): Promise<number | undefined> {
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = (await core.tree(parent, middle, 1))?.children[0]?.node;
    if (found === undefined) return undefined;
    if (found === node) return middle;
    if (found < node) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

export async function neighbours(core: Tree, node: number): Promise<Neighbours | undefined> {
  const here = await core.tree(node, 0, 2 * NEAR);
  if (here === undefined) return undefined;
  const own = entryOf(here, 1);
  const shared = {
    node, level: here.level, above: here.crumbs.slice(0, -1),
    inside: here.children.map((each, at) => entryOf(each, at + 1)), insideCount: here.child_count,
  };
  if (here.parent === null) return { ...shared, beside: [own], besideCount: 1 };
  const parent = await core.tree(here.parent, 0, 1);
  const place = parent === undefined ? undefined : await placeAmong(core, here.parent, node, parent.child_count);
  if (parent === undefined || place === undefined) return { ...shared, beside: [own], besideCount: 1 };
  const first = Math.max(0, place - NEAR);
  const page = await core.tree(here.parent, first, 2 * NEAR + 1);
  const beside = page?.children.map((each, at) => entryOf(each, first + at + 1)) ?? [own];
  return { ...shared, beside, besideCount: parent.child_count };
}

/** Where a step leads, never out of `root`; undefined: nowhere. */
export async function stepFrom(core: Tree, node: number, root: number, step: Step): Promise<number | undefined> {
  const here = await core.tree(node, 0, 1);
  if (here === undefined) return root;
  if (step === 'into') return here.children[0]?.node;
  if (node === root || here.parent === null) return step === 'next' ? here.children[0]?.node : undefined;
  return step === 'out' ? here.parent : sibling(core, here, here.parent, step === 'next' ? 1 : -1);
}

async function sibling(core: Tree, here: TreePage, parent: number, by: 1 | -1): Promise<number | undefined> {
  const count = (await core.tree(parent, 0, 1))?.child_count ?? 0;
  const place = await placeAmong(core, parent, here.node, count);
  if (place === undefined || place + by < 0) return undefined;
  return (await core.tree(parent, place + by, 1))?.children[0]?.node;
}

function entryOf(child: TreeChild, place: number): TreeEntry {
  const state = child.kind === 'root' ? '' : `, ${child.state}`;
  return { node: child.node, label: `${child.label}${state}`, childCount: child.child_count, place };
}
