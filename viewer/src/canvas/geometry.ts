// SPDX-License-Identifier: MIT
//
// Where things are on the canvas: device pixels, CSS pixels and the map.
import type { Size, Zoom } from '../session/state';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Point {
  readonly w: number;
  readonly h: number;
}

/** The device pixel under a CSS point of the canvas. */
export function devicePixel(point: Point, size: Size): Point {
  return { x: Math.floor(point.x * size.ratio), y: Math.floor(point.y * size.ratio) };
}

/** A rectangle of device pixels in CSS pixels. */
export function cssRectangle(rectangle: Rectangle, ratio: number): Rectangle {
  return {
    x: rectangle.x / ratio, y: rectangle.y / ratio, w: rectangle.w / ratio, h: rectangle.h / ratio,
  };
}

/** The zoom that shows the same part of the map after a drag of (dx, dy) CSS pixels. */
export function draggedBy(zoom: Zoom, dx: number, dy: number): Zoom {
  return { scale: zoom.scale, x: zoom.x - dx / zoom.scale, y: zoom.y - dy / zoom.scale };
}

/** How much one turn of the wheel zooms; lines and pages as browsers count them. */
export function wheelFactor(delta: number, mode: number): number {
  const pixels = delta * (mode === 1 ? 16 : mode === 2 ? 400 : 1);
  return Math.exp(-Math.max(-400, Math.min(400, pixels)) / 400);
}

/** Where a tooltip of this size stands so that it hides neither the pointer nor leaves the page. */
export function besidePointer(pointer: Point, tip: { w: number; h: number }, page: { w: number; h: number }): Point {
  const gap = 14;
  const x = pointer.x + gap + tip.w <= page.w ? pointer.x + gap : pointer.x - gap - tip.w;
  const y = pointer.y + gap + tip.h <= page.h ? pointer.y + gap : pointer.y - gap - tip.h;
  return { x: Math.max(4, Math.min(x, page.w - tip.w - 4)), y: Math.max(4, Math.min(y, page.h - tip.h - 4)) };
}
