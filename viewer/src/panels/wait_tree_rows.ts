// SPDX-License-Identifier: MIT
//
// The wait tree's rows as they are shown: what lies below a closed one is left out.
import type { WaitTreeRow } from '../session';

export interface ShownRow {
  /** Among all rows. */
  readonly at: number;
  readonly row: WaitTreeRow;
  readonly hasChildren: boolean;
  readonly open: boolean;
}

export function shownRows(rows: readonly WaitTreeRow[], closed: ReadonlySet<number>): readonly ShownRow[] {
  const shown: ShownRow[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  rows.forEach((row, at) => {
    if (row.depth > hiddenBelow) return;
    const hasChildren = (rows[at + 1]?.depth ?? 0) > row.depth;
    const open = hasChildren && !closed.has(at);
    hiddenBelow = hasChildren && !open ? row.depth : Number.POSITIVE_INFINITY;
    shown.push({ at, row, hasChildren, open });
  });
  return shown;
}

/** The row that this one hangs on; undefined at the top. */
export function parentOf(rows: readonly WaitTreeRow[], at: number): number | undefined {
  const depth = rows[at]?.depth ?? 0;
  for (let above = at - 1; above >= 0; above--) {
    if ((rows[above]?.depth ?? 0) < depth) return above;
  }
  return undefined;
}

/** Where a key leads from a row: another row, or this one opened or closed. */
export type Move = { readonly to: number } | { readonly open: boolean };

export function moveBy(key: string, shown: readonly ShownRow[], rows: readonly WaitTreeRow[], at: number): Move | undefined {
  const place = shown.findIndex((each) => each.at === at);
  const here = shown[place];
  if (here === undefined) return undefined;
  const row = (to: ShownRow | undefined): Move | undefined => to === undefined ? undefined : { to: to.at };
  switch (key) {
    case 'ArrowDown': return row(shown[place + 1]);
    case 'ArrowUp': return row(shown[place - 1]);
    case 'Home': return row(shown[0]);
    case 'End': return row(shown.at(-1));
    case 'ArrowRight': return !here.hasChildren ? undefined : here.open ? row(shown[place + 1]) : { open: true };
    case 'ArrowLeft': {
      if (here.open) return { open: false };
      const parent = parentOf(rows, at);
      return parent === undefined ? undefined : { to: parent };
    }
    default: return undefined;
  }
}
