// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { shapesOf } from '../core/shapes';
import { svgOf } from './svg';

const RED = 0xff0000ff;
const GREEN = 0xff00ff00;
const GREY = 0xff808080;

const BLUE = 0xffff0000;

/** A grey container of 10x8 with a blue header of 2 rows; in it a tile, red left and green right. */
function picture(): Parameters<typeof shapesOf>[0] {
  const pixels = new Uint32Array(80).fill(GREY);
  const nodes = new Int32Array(80).fill(0);
  for (let y = 1; y < 3; y++) pixels.fill(BLUE, y * 10 + 1, y * 10 + 9);
  for (let y = 3; y < 6; y++) {
    for (let x = 2; x < 8; x++) {
      nodes[y * 10 + x] = 1;
      if (y === 4 && x > 2 && x < 7) pixels[y * 10 + x] = x < 5 ? RED : GREEN;
    }
  }
  return { width: 10, height: 8, pixels, nodes };
}

const FRAMES = [{ x: 0, y: 0, w: 10, h: 8 }, { x: 2, y: 3, w: 6, h: 3 }];

describe('a picture', () => {
  it('is taken apart into its tiles, parents first, with the colours it has', () => {
    expect(shapesOf(picture(), (node) => FRAMES[node])).toEqual([
      {
        node: 0, ...FRAMES[0], border: '#808080',
        bands: [
          { y: 1, h: 2, left: '#0000ff', right: '#0000ff' },
          { y: 3, h: 4, left: '#808080', right: '#808080' },
        ],
      },
      { node: 1, ...FRAMES[1], border: '#808080', bands: [{ y: 4, h: 1, left: '#ff0000', right: '#00ff00' }] },
    ]);
  });

  it('becomes a document of rectangles and texts, whatever the texts are', () => {
    const label = {
      node: 1, x: 2, y: 1, w: 3, h: 2, text: '<lambda> & "x"', glyph: '✓', ink: '#000000', bold: true, kind: 'pair',
    };
    const svg = svgOf({
      width: 10, height: 8, ratio: 2, shapes: shapesOf(picture(), (node) => FRAMES[node]), labels: [label],
    }, 'a <b>');
    expect(svg).toContain('width="5" height="4" viewBox="0 0 10 8"');
    expect(svg).toContain('<title>a &lt;b&gt;</title>');
    expect(svg).toContain('<rect x="3" y="4" width="2" height="1" fill="#ff0000"/>');
    expect(svg).toContain('<rect x="5" y="4" width="2" height="1" fill="#00ff00"/>');
    expect(svg).toContain('<rect x="1" y="1" width="8" height="2" fill="#0000ff"/>');
    expect(svg).toContain('font-weight="600">✓ &lt;lambda&gt; &amp; &quot;x&quot;</text>');
  });
});
