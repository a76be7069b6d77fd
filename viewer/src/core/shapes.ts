// SPDX-License-Identifier: MIT
//
// A painted picture as the rectangles it consists of: what every tile looks like is read off its
// own pixels, so a drawing can't differ from the picture. Within its border a tile has bands from
// top to bottom (a container's header, then its ground), and in a band two lanes, its halves.
//
// Costs one pass over the pixels, and a question for each tile that has any.
import type { Frame } from './host';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 0xAABBGGRR. */
  readonly pixels: Uint32Array;
  /** The tile of each pixel, -1 for none. */
  readonly nodes: Int32Array;
}

export interface Band {
  readonly y: number;
  readonly h: number;
  readonly left: string;
  readonly right: string;
}

export interface Shape extends Frame {
  readonly node: number;
  /** The colour of its outermost pixels. */
  readonly border: string;
  readonly bands: readonly Band[];
}

/** A tile with more bands is one with a pattern. */
const MOST_BANDS = 4;

type Counts = Map<number, number>;

interface Rows {
  readonly frame: Frame;
  readonly border: Counts;
  /** Of the row that is being read. */
  row: number;
  readonly left: Counts;
  readonly right: Counts;
  readonly bands: { from: number; to: number; left: number; right: number }[];
}

/** Parents before what is inside them, which is the order of their numbers. */
export function shapesOf(picture: Picture, frameOf: (node: number) => Frame | undefined): readonly Shape[] {
  const tiles = new Map<number, Rows>();
  for (let y = 0, at = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++, at++) {
      const node = picture.nodes[at] ?? -1;
      if (node < 0) continue;
      let tile = tiles.get(node);
      if (tile === undefined) tiles.set(node, tile = rowsOf(frameOf(node)));
      if (tile.row !== y) endRow(tile, y);
      countPixel(tile, x, y, picture.pixels[at] ?? 0);
    }
  }
  return [...tiles].sort(([one], [other]) => one - other).map(([node, tile]) => shapeOf(node, tile));
}

function rowsOf(frame: Frame = { x: 0, y: 0, w: 0, h: 0 }): Rows {
  return { frame, border: new Map(), row: -1, left: new Map(), right: new Map(), bands: [] };
}

function countPixel(tile: Rows, x: number, y: number, colour: number): void {
  const { frame } = tile;
  const inX = x + 0.5 - frame.x;
  const inY = y + 0.5 - frame.y;
  const counts = inX < 1 || inY < 1 || inX > frame.w - 1 || inY > frame.h - 1 ? tile.border
    : inX < frame.w / 2 ? tile.left : tile.right;
  counts.set(colour, (counts.get(colour) ?? 0) + 1);
}

/** The row becomes part of the band above it when it looks the same, else a new band. */
function endRow(tile: Rows, next: number): void {
  const left = mostCommon(tile.left) ?? mostCommon(tile.right);
  const right = mostCommon(tile.right) ?? left;
  if (left !== undefined && right !== undefined) {
    const last = tile.bands.at(-1);
    if (last?.left === left && last.right === right) last.to = tile.row + 1;
    else tile.bands.push({ from: last?.to ?? tile.row, to: tile.row + 1, left, right });
  }
  tile.left.clear();
  tile.right.clear();
  tile.row = next;
}

function shapeOf(node: number, tile: Rows): Shape {
  endRow(tile, -1);
  const { x, y, w, h } = tile.frame;
  const largest = tile.bands.reduce<Rows['bands'][number] | undefined>(
    (best, band) => best === undefined || band.to - band.from > best.to - best.from ? band : best, undefined);
  const bands = tile.bands.length <= MOST_BANDS || largest === undefined ? tile.bands
    : [{ ...largest, from: tile.bands[0]?.from ?? 0, to: tile.bands.at(-1)?.to ?? 0 }];
  return {
    node, x, y, w, h,
    border: css(mostCommon(tile.border) ?? bands[0]?.left),
    bands: bands.map((band) => ({ y: band.from, h: band.to - band.from, left: css(band.left), right: css(band.right) })),
  };
}

function mostCommon(counts: ReadonlyMap<number, number>): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (const [colour, count] of counts) {
    if (count > most) [best, most] = [colour, count];
  }
  return best;
}

function css(colour: number | undefined): string {
  const parts = [0, 8, 16].map((shift) => ((colour ?? 0) >>> shift) & 0xff);
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
