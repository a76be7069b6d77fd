// SPDX-License-Identifier: MIT
//
// What stands over the tiles: labels with their glyphs, and the frames of what is selected and
// hovered. Device pixels.
import type { Label } from '../core/answers';
import type { Rectangle } from './geometry';

export interface InkColours {
  readonly selected: string;
  readonly hovered: string;
  /** Between a frame and whatever it lies on. */
  readonly halo: string;
}

export const LIGHT_INK: InkColours = { selected: '#0b57d0', hovered: '#0b57d0', halo: '#ffffff' };
export const DARK_INK: InkColours = { selected: '#8ab4ff', hovered: '#8ab4ff', halo: '#101216' };

/** The fonts of labels; core cuts them for 11 CSS pixels of a sans-serif. */
export const LABEL_FONT = '"DejaVu Sans", Verdana, system-ui, sans-serif';
const LABEL_PX = 11;

type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

export function labelFont(bold: boolean, ratio: number): string {
  return `${bold ? '600 ' : ''}${LABEL_PX * ratio}px ${LABEL_FONT}`;
}

/** A label as it is written: the glyph, then the text. */
export function labelText(label: Label): string {
  return label.glyph === '' ? label.text : label.text === '' ? label.glyph : `${label.glyph} ${label.text}`;
}

export function drawLabels(context: Context, labels: readonly Label[], ratio: number): void {
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  let font = '';
  let ink = '';
  for (const label of labels) {
    const wanted = labelFont(label.bold, ratio);
    if (wanted !== font) context.font = font = wanted;
    if (label.ink !== ink) context.fillStyle = ink = label.ink;
    context.fillText(labelText(label), label.x, label.y + label.h / 2, Math.max(1, label.w));
  }
}

export function drawFrame(
  context: Context, frame: Rectangle, kind: 'selected' | 'hovered', colours: InkColours, ratio: number,
): void {
  const width = (kind === 'selected' ? 2.5 : 1.5) * ratio;
  const inset = width / 2;
  const x = frame.x + inset;
  const y = frame.y + inset;
  const w = Math.max(1, frame.w - width);
  const h = Math.max(1, frame.h - width);
  if (kind === 'selected') {
    context.strokeStyle = colours.halo;
    context.lineWidth = width + 2 * ratio;
    context.strokeRect(x, y, w, h);
  }
  context.strokeStyle = colours[kind];
  context.lineWidth = width;
  context.strokeRect(x, y, w, h);
}
