// SPDX-License-Identifier: MIT
//
// A painted picture as the rectangles it consists of: what every tile looks like is read off its
// own pixels, so a drawing can't differ from the picture. A tile has two lanes, its halves.
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

export interface Shape extends Frame {
  readonly node: number;
  readonly left: string;
  readonly right: string;
  /** Of its outermost pixels. */
  readonly border: string;
}

/** Parents before what is inside them, which is the order of their numbers. */
export function shapesOf(picture: Picture, frameOf: (node: number) => Frame | undefined): readonly Shape[] {
  const frames = new Map<number, Frame>();
  const parts = new Map<string, Map<number, number>>();
  for (let at = 0; at < picture.nodes.length; at++) {
    const node = picture.nodes[at] ?? -1;
    if (node < 0) continue;
    let frame = frames.get(node);
    if (frame === undefined) {
      frame = frameOf(node) ?? { x: 0, y: 0, w: 0, h: 0 };
      frames.set(node, frame);
    }
    countPixel(parts, `${node} ${partOf(frame, at % picture.width, Math.floor(at / picture.width))}`, picture.pixels[at] ?? 0);
  }
  return [...frames].sort(([one], [other]) => one - other).map(([node, { x, y, w, h }]) => {
    const left = mostCommon(parts.get(`${node} left`));
    const right = mostCommon(parts.get(`${node} right`)) ?? left;
    const border = mostCommon(parts.get(`${node} border`)) ?? left ?? right;
    return {
      node, x, y, w, h, left: css(left ?? right ?? border), right: css(right ?? border), border: css(border),
    };
  });
}

function partOf({ x, y, w, h }: Frame, atX: number, atY: number): 'left' | 'right' | 'border' {
  const inX = atX + 0.5 - x;
  const inY = atY + 0.5 - y;
  if (inX < 1 || inY < 1 || inX > w - 1 || inY > h - 1) return 'border';
  return inX < w / 2 ? 'left' : 'right';
}

function countPixel(parts: Map<string, Map<number, number>>, part: string, colour: number): void {
  let counts = parts.get(part);
  if (counts === undefined) parts.set(part, counts = new Map());
  counts.set(colour, (counts.get(colour) ?? 0) + 1);
}

function mostCommon(counts: ReadonlyMap<number, number> | undefined): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (const [colour, count] of counts ?? []) {
    if (count > most) [best, most] = [colour, count];
  }
  return best;
}

function css(colour: number | undefined): string {
  const [red, green, blue] = [0, 8, 16].map((shift) => ((colour ?? 0) >>> shift) & 0xff);
  return `#${[red, green, blue].map((part) => (part ?? 0).toString(16).padStart(2, '0')).join('')}`;
}
