// SPDX-License-Identifier: MIT
//
// Arrow keys on the map: the tiles are a tree, and the selection walks on it.
import type { Questions, Session, TreePage } from '../session';

const PAGE = 1000;

/** right: into; left: out; down and up: next and previous within the same tile. */
export async function walk(session: Session, key: string): Promise<void> {
  const { selection, drill, phase } = session.state;
  if (phase !== 'ready') return;
  const from = selection.node;
  const root = drill.node ?? 0;
  const to = from === undefined ? root : await step(session.core, from, root, key);
  if (to !== undefined && session.state.selection === selection) await session.selectNode(to);
}

async function step(core: Questions, from: number, root: number, key: string): Promise<number | undefined> {
  const here = await core.tree(from, 0, 1);
  if (here === undefined) return root;
  if (key === 'ArrowRight') return here.children[0]?.node;
  if (from === root || here.parent === null) return key === 'ArrowDown' ? here.children[0]?.node : undefined;
  if (key === 'ArrowLeft') return here.parent;
  return sibling(core, here.parent, here, key === 'ArrowDown' ? 1 : -1);
}

/** Looks through the parent's children, a page at a time. */
async function sibling(core: Questions, parent: number, here: TreePage, by: 1 | -1): Promise<number | undefined> {
  let before: number | undefined;
  for (let offset = 0; ; offset += PAGE) {
    const page = await core.tree(parent, offset, PAGE);
    if (page === undefined || page.children.length === 0) return undefined;
    const at = page.children.findIndex((child) => child.node === here.node);
    const found = at < 0 ? undefined : page.children[at + by]?.node;
    if (found !== undefined) return found;
    if (at === 0 && by < 0) return before;
    if (at >= 0 && by > 0) return (await core.tree(parent, offset + at + 1, 1))?.children[0]?.node;
    before = page.children.at(-1)?.node;
  }
}
