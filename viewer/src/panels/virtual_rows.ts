// SPDX-License-Identifier: MIT
//
// Where the rows of a table of millions are. A browser's elements cannot be as tall as ten million
// rows (Chromium stops at 33 M pixels; Firefox drops the height beyond 17 M), so beyond MOST_PIXELS
// the track is shorter than the rows are, and the scrollbar tells a fraction: `top`, the row at the
// upper edge and how far it is scrolled off, is what is kept, and the track follows it.

/** Far under every browser's limit, and still 200,000 rows at their true height. */
export const MOST_PIXELS = 4_000_000;

export interface Rows {
  readonly count: number;
  readonly rowHeight: number;
  readonly viewHeight: number;
}

/** Rows to draw, and where the first one begins, in pixels from the upper edge. */
export interface Slice {
  readonly first: number;
  readonly count: number;
  readonly offset: number;
}

export function trackHeight(rows: Rows): number {
  return Math.max(rows.viewHeight, Math.min(rows.count * rows.rowHeight, MOST_PIXELS));
}

/** The track is shorter than the rows: a pixel of it is more than a pixel of them. */
export function isScaled(rows: Rows): boolean {
  return rows.count * rows.rowHeight > MOST_PIXELS;
}

/** The largest `top`: the last row ends at the lower edge. */
export function lastTop(rows: Rows): number {
  return Math.max(0, rows.count - rows.viewHeight / rows.rowHeight);
}

export function within(rows: Rows, top: number): number {
  return Math.max(0, Math.min(top, lastTop(rows)));
}

export function topOfScroll(rows: Rows, scroll: number): number {
  const way = trackHeight(rows) - rows.viewHeight;
  return way <= 0 ? 0 : within(rows, lastTop(rows) * (scroll / way));
}

export function scrollOfTop(rows: Rows, top: number): number {
  const last = lastTop(rows);
  return last <= 0 ? 0 : (trackHeight(rows) - rows.viewHeight) * (within(rows, top) / last);
}

export function sliceAt(rows: Rows, top: number): Slice {
  const from = within(rows, top);
  const first = Math.floor(from);
  const count = Math.min(rows.count - first, Math.ceil(from - first + rows.viewHeight / rows.rowHeight));
  return { first, count: Math.max(0, count), offset: (first - from) * rows.rowHeight };
}

/** The `top` that shows the whole of a row: the nearest one, or for a row far off, one around it. */
export function topToShow(rows: Rows, top: number, row: number): number {
  const visible = rows.viewHeight / rows.rowHeight;
  if (row < top - visible || row > top + 2 * visible) return within(rows, row - Math.floor(visible / 2));
  if (row < top) return within(rows, row);
  if (row + 1 > top + visible) return within(rows, row + 1 - visible);
  return within(rows, top);
}

/** What to ask for, so that scrolling a little asks nothing new: whole blocks around the slice. */
export function blockAround(slice: Slice, blockSize: number, count: number): { first: number; count: number } {
  const first = Math.max(0, (Math.floor(slice.first / blockSize) - 1) * blockSize);
  const end = Math.min(count, (Math.floor((slice.first + slice.count) / blockSize) + 2) * blockSize);
  return { first, count: Math.max(0, end - first) };
}
