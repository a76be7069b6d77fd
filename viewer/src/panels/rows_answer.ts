// SPDX-License-Identifier: MIT
//
// The rows in sight of a long table, asked of core in blocks as the person scrolls.
import { useCallback, useState } from 'react';
import { type Questions, useAnswer } from '../session';
import { blockAround } from './virtual_rows';

const BLOCK = 64;

export interface RowsAnswer<Page> {
  readonly page: Page | undefined;
  /** The row that the page's first one is. */
  readonly offset: number;
  readonly onSlice: (first: number, count: number) => void;
}

/** `key` says what is asked, but for the rows; see useAnswer. */
export function useRowsAnswer<Page>(
  key: string | undefined, ask: (core: Questions, first: number, count: number) => Promise<Page>,
): RowsAnswer<Page> {
  const [block, setBlock] = useState({ first: 0, count: 2 * BLOCK });
  const onSlice = useCallback((first: number, count: number) => {
    const next = blockAround({ first, count, offset: 0 }, BLOCK, Number.MAX_SAFE_INTEGER);
    setBlock((before) => before.first === next.first && before.count === next.count ? before : next);
  }, []);
  const asked = useAnswer(
    key === undefined ? undefined : `${key} ${block.first}+${block.count}`,
    async (core) => ({ page: await ask(core, block.first, block.count), offset: block.first })).value;
  return { page: asked?.page, offset: asked?.offset ?? 0, onSlice };
}
