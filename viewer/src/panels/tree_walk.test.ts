// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { SampleCore } from './sample_core';
import { neighbours, placeAmong, stepFrom } from './tree_walk';

describe('walking the tiles', () => {
  const core = new SampleCore(100, 1_000_000);

  it('goes in, out, and to those beside', async () => {
    expect(await stepFrom(core, 0, 0, 'into')).toBe(1);
    expect(await stepFrom(core, 5, 0, 'out')).toBe(0);
    expect(await stepFrom(core, 5, 0, 'next')).toBe(6);
    expect(await stepFrom(core, 5, 0, 'previous')).toBe(4);
  });

  it('stays where there is nothing more', async () => {
    expect(await stepFrom(core, 1, 0, 'previous')).toBeUndefined();
    expect(await stepFrom(core, 1_000_000, 0, 'next')).toBeUndefined();
    expect(await stepFrom(core, 5, 0, 'into')).toBeUndefined();
  });

  it('does not leave the tile that fills the map', async () => {
    expect(await stepFrom(core, 5, 5, 'out')).toBeUndefined();
    expect(await stepFrom(core, 5, 5, 'previous')).toBeUndefined();
  });

  it('finds one of a million siblings in few questions', async () => {
    core.asked.length = 0;
    expect(await placeAmong(core, 0, 777_777, 1_000_000)).toBe(777_776);
    expect(core.asked.length).toBeLessThanOrEqual(20);
  });

  it('that is not shown is not found', async () => {
    expect(await placeAmong(core, 0, 1_000_001, 1_000_000)).toBeUndefined();
  });
});

describe('what stands around a tile', () => {
  it('is told with its place among all of them', async () => {
    const around = await neighbours(new SampleCore(100, 500), 100);
    expect(around?.above.map((crumb) => crumb.node)).toEqual([0]);
    expect(around?.besideCount).toBe(500);
    expect(around?.beside.find((each) => each.node === 100)).toMatchObject({ place: 100, label: '#100 parse, succeeded' });
    expect(around?.beside.length).toBeLessThan(30);
  });

  it('of the root are the tiles right inside it', async () => {
    const around = await neighbours(new SampleCore(100, 3), 0);
    expect(around?.beside.map((each) => each.node)).toEqual([0]);
    expect(around?.inside.map((each) => [each.node, each.place])).toEqual([[1, 1], [2, 2], [3, 3]]);
  });

  it('of a tile that there is not is nothing', async () => {
    expect(await neighbours(new SampleCore(100, 3), 9)).toBeUndefined();
  });
});
