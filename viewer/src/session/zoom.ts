// SPDX-License-Identifier: MIT
//
// Zooming and dragging the map: pixel = (map - (x, y)) * scale. The map always covers the canvas.
import type { Size, Zoom } from './state';

/** Far enough in to make a tile of a thousandth of a pixel readable. */
export const LARGEST_SCALE = 65536;

export function zoomWithin(zoom: Zoom, size: Size): Zoom {
  const scale = Math.max(1, Math.min(zoom.scale, LARGEST_SCALE));
  const visible = 1 / scale;
  return {
    scale,
    x: Math.max(0, Math.min(zoom.x, size.width * (1 - visible))),
    y: Math.max(0, Math.min(zoom.y, size.height * (1 - visible))),
  };
}

/** Scaled by `factor` around the canvas point (x, y), which keeps showing the same spot of the map. */
export function zoomedAt(zoom: Zoom, factor: number, size: Size, x: number, y: number): Zoom {
  const scale = Math.max(1, Math.min(zoom.scale * factor, LARGEST_SCALE));
  return zoomWithin(
    { scale, x: zoom.x + x / zoom.scale - x / scale, y: zoom.y + y / zoom.scale - y / scale }, size);
}

/** Moved by a drag of (dx, dy) CSS pixels. */
export function dragged(zoom: Zoom, dx: number, dy: number, size: Size): Zoom {
  return zoomWithin({ ...zoom, x: zoom.x - dx / zoom.scale, y: zoom.y - dy / zoom.scale }, size);
}
