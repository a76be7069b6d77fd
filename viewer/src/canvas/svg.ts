// SPDX-License-Identifier: MIT
//
// A drawing as an SVG document: tiles as rectangles, labels as text.
import type { Label } from '../core/answers';
import type { Drawing } from '../core/messages';
import type { Shape } from '../core/shapes';
import { LABEL_FONT, labelText } from './ink';

export function svgOf(drawing: Drawing, title: string): string {
  const { width, height, ratio } = drawing;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${number(width / ratio)}" height="${number(height / ratio)}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(title)}</title>`,
    ...drawing.shapes.flatMap((shape) => rectanglesOf(shape)),
    `<g font-family="${escaped(LABEL_FONT)}" font-size="${number(11 * ratio)}" dominant-baseline="central">`,
    ...drawing.labels.map((label) => textOf(label)),
    '</g>',
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

/** The last band reaches down to the border: what covers it is drawn later. */
function rectanglesOf({ x, y, w, h, border, bands }: Shape): readonly string[] {
  const inner = { x: x + 1, w: w - 2, bottom: y + h - 1 };
  const rectangles = [rectangle(x, y, w, h, border)];
  bands.forEach((band, at) => {
    const height = (bands[at + 1]?.y ?? inner.bottom) - band.y;
    if (inner.w <= 0 || height <= 0) return;
    if (band.left === band.right) {
      if (band.left !== border) rectangles.push(rectangle(inner.x, band.y, inner.w, height, band.left));
      return;
    }
    rectangles.push(
      rectangle(inner.x, band.y, inner.w / 2, height, band.left),
      rectangle(inner.x + inner.w / 2, band.y, inner.w / 2, height, band.right));
  });
  return rectangles;
}

function rectangle(x: number, y: number, w: number, h: number, fill: string): string {
  return `<rect x="${number(x)}" y="${number(y)}" width="${number(w)}" height="${number(h)}" fill="${fill}"/>`;
}

function textOf(label: Label): string {
  const weight = label.bold ? ' font-weight="600"' : '';
  return `<text x="${number(label.x)}" y="${number(label.y + label.h / 2)}" fill="${escaped(label.ink)}"${weight}>`
    + `${escaped(labelText(label))}</text>`;
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
}
