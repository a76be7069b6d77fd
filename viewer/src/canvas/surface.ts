// SPDX-License-Identifier: MIT
//
// The two canvases of the map as the worker paints them: tiles below, ink above. Both belong to
// the worker, so a picture and its labels change in the same frame.
import type { Label } from '../core/answers';
import type { Frame, Surface } from '../core/host';
import type { Show } from '../core/messages';
import type { Box } from '../core/wasm';
import { DARK_INK, drawFrame, drawLabels, LIGHT_INK } from './ink';

export function surfaceOf(map: OffscreenCanvas, ink: OffscreenCanvas): Surface {
  const tiles = contextOf(map, { alpha: false });
  const over = contextOf(ink, { alpha: true });
  return {
    resize(width: number, height: number): void {
      map.width = ink.width = width;
      map.height = ink.height = height;
    },
    put(frame: Uint8ClampedArray<ArrayBuffer>, box: Box): void {
      const image = new ImageData(frame, map.width, map.height);
      tiles.putImageData(image, 0, 0, box.left, box.top, box.right - box.left, box.bottom - box.top);
    },
    async png(): Promise<Blob> {
      const both = new OffscreenCanvas(map.width, map.height);
      const context = contextOf(both, { alpha: false });
      context.drawImage(map, 0, 0);
      context.drawImage(ink, 0, 0);
      return both.convertToBlob({ type: 'image/png' });
    },
    ink(labels: readonly Label[], selected: Frame | undefined, hovered: Frame | undefined, show: Show): void {
      const colours = show.dark ? DARK_INK : LIGHT_INK;
      over.clearRect(0, 0, ink.width, ink.height);
      drawLabels(over, labels, show.ratio);
      if (hovered !== undefined) drawFrame(over, hovered, 'hovered', colours, show.ratio);
      if (selected !== undefined) drawFrame(over, selected, 'selected', colours, show.ratio);
    },
  };
}

function contextOf(canvas: OffscreenCanvas, settings: CanvasRenderingContext2DSettings): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', settings);
  if (context === null) throw new Error('this browser gives no 2D canvas to a worker');
  return context;
}
