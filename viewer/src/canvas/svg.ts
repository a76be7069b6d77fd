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

function rectanglesOf({ x, y, w, h, left, right, border }: Shape): readonly string[] {
  const outer = rectangle(x, y, w, h, border);
  const inner = { x: x + 1, y: y + 1, w: w - 2, h: h - 2 };
  if (inner.w <= 0 || inner.h <= 0) return [outer];
  if (left === right) {
    return left === border ? [outer] : [outer, rectangle(inner.x, inner.y, inner.w, inner.h, left)];
  }
  const half = inner.w / 2;
  return [
    outer, rectangle(inner.x, inner.y, half, inner.h, left),
    rectangle(inner.x + half, inner.y, half, inner.h, right),
  ];
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
