// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { shapesOf } from '../core/shapes';
import { svgOf } from './svg';

const RED = 0xff0000ff;
const GREEN = 0xff00ff00;
const GREY = 0xff808080;

/** A container of 8x4 with a grey border, and in it a tile of 4x2 that is red left and green right. */
function picture(): Parameters<typeof shapesOf>[0] {
  const pixels = new Uint32Array(32).fill(GREY);
  const nodes = new Int32Array(32).fill(0);
  for (let y = 1; y < 3; y++) {
    for (let x = 2; x < 6; x++) {
      nodes[y * 8 + x] = 1;
      pixels[y * 8 + x] = x < 4 ? RED : GREEN;
    }
  }
  return { width: 8, height: 4, pixels, nodes };
}

const FRAMES = [{ x: 0, y: 0, w: 8, h: 4 }, { x: 1.5, y: 0.5, w: 5, h: 3 }];

describe('a picture', () => {
  it('is taken apart into its tiles, parents first, with the colours it has', () => {
    expect(shapesOf(picture(), (node) => FRAMES[node])).toEqual([
      { node: 0, x: 0, y: 0, w: 8, h: 4, left: '#808080', right: '#808080', border: '#808080' },
      { node: 1, x: 1.5, y: 0.5, w: 5, h: 3, left: '#ff0000', right: '#00ff00', border: '#ff0000' },
    ]);
  });

  it('becomes a document of rectangles and texts, whatever the texts are', () => {
    const label = {
      node: 1, x: 2, y: 1, w: 3, h: 2, text: '<lambda> & "x"', glyph: '✓', ink: '#000000', bold: true, kind: 'pair',
    };
    const svg = svgOf({
      width: 8, height: 4, ratio: 2, shapes: shapesOf(picture(), (node) => FRAMES[node]), labels: [label],
    }, 'a <b>');
    expect(svg).toContain('width="4" height="2" viewBox="0 0 8 4"');
    expect(svg).toContain('<title>a &lt;b&gt;</title>');
    expect(svg).toContain('<rect x="2.5" y="1.5" width="1.5" height="1" fill="#ff0000"/>');
    expect(svg).toContain('<rect x="4" y="1.5" width="1.5" height="1" fill="#00ff00"/>');
    expect(svg).toContain('font-weight="600">✓ &lt;lambda&gt; &amp; &quot;x&quot;</text>');
  });
});
