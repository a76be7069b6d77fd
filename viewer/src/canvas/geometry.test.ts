// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { besidePointer, devicePixel, draggedBy, wheelFactor } from './geometry';

describe('pixels', () => {
  it('under a point are counted in the device', () => {
    expect(devicePixel({ x: 10.4, y: 3 }, { width: 0, height: 0, ratio: 1.5 })).toEqual({ x: 15, y: 4 });
  });
});

describe('dragging', () => {
  it('moves the map with the pointer at any zoom', () => {
    expect(draggedBy({ scale: 4, x: 100, y: 50 }, 40, -20)).toEqual({ scale: 4, x: 90, y: 55 });
  });
});

describe('the wheel', () => {
  it('zooms in and out by the same, in pixels, lines or pages', () => {
    expect(wheelFactor(-100, 0)).toBeGreaterThan(1);
    expect(wheelFactor(-100, 0) * wheelFactor(100, 0)).toBeCloseTo(1);
    expect(wheelFactor(3, 1)).toBeCloseTo(wheelFactor(48, 0));
    expect(wheelFactor(1e9, 0)).toBeGreaterThan(0.3);
  });
});

describe('a tooltip', () => {
  const page = { w: 800, h: 600 };
  const tip = { w: 200, h: 100 };

  it('stands beside the pointer and within the page', () => {
    expect(besidePointer({ x: 10, y: 10 }, tip, page)).toEqual({ x: 24, y: 24 });
    expect(besidePointer({ x: 790, y: 590 }, tip, page)).toEqual({ x: 576, y: 476 });
  });

  it('larger than the page shows its beginning', () => {
    expect(besidePointer({ x: 400, y: 300 }, { w: 2000, h: 1000 }, page)).toEqual({ x: 4, y: 4 });
  });
});
