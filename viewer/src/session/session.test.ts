// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Questions, TileFacts, TreePage } from '../core/answers';
import { command, give } from './commands';
import { type PageAbilities, Session } from './session';
import { INITIAL } from './state';

/** Of a map: 0 all, 1 Deferred #5, 2 its pair 0, 3 a portal in it to #6, whose tile is 4. */
const TILES: readonly Partial<TileFacts>[] = [
  { kind: 'root' }, { kind: 'deferred', deferred: 5 }, { kind: 'pair', deferred: 5, position: 0 },
  { kind: 'portal', deferred: 6 }, { kind: 'deferred', deferred: 6, first_event: 8 },
];
const PARENTS = [null, 0, 1, 1, 0];

function session(questions: Partial<Questions> = {}): Session {
  const core = {
    tile: (node: number) => Promise.resolve(TILES[node]),
    nodeOf: (serial: number, position?: number) => Promise.resolve(serial === 6 ? 4 : position === 0 ? 2 : 1),
    tree: (node: number) => Promise.resolve({ parent: PARENTS[node] } as TreePage),
    deferred: () => Promise.resolve({ pairs: [{ position: 0, started_event: 7 }], fired_event: 6 }),
    ...questions,
  } as unknown as Questions;
  return new Session(core, {} as PageAbilities, { ...INITIAL, phase: 'ready', eventTotal: 20 });
}

const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 0); });

describe('selecting', () => {
  it('a tile also selects its Deferred, and a Deferred its tile', async () => {
    const one = session();
    await one.selectNode(2);
    expect(one.state.selection).toEqual({ node: 2, deferred: 5, position: 0 });
    await one.selectDeferred(6);
    expect(one.state.selection).toEqual({ node: 4, deferred: 6, position: undefined });
  });

  it('twice quickly ends with the second one', async () => {
    const one = session();
    await Promise.all([one.selectNode(2), one.selectNode(4)]);
    expect(one.state.selection).toEqual({ node: 4, deferred: 6, position: undefined });
  });
});

describe('drilling', () => {
  it('into a pair leads to its Deferred, through a portal to the one it stands for', async () => {
    const one = session();
    await one.drillTo(2);
    expect(one.state.drill).toEqual({ node: 1, deferred: 5, position: undefined });
    await one.drillTo(3);
    expect(one.state.drill).toEqual({ node: 4, deferred: 6, position: undefined });
  });

  it('out leads to what it lies in, and selects it', async () => {
    const one = session();
    await one.drillTo(1);
    await one.drillOut();
    expect(one.state).toMatchObject({ drill: { node: 0 }, selection: { node: 1, deferred: 5 } });
  });
});

describe('running to', () => {
  it('a callback goes to where it starts, and a Deferred to where it is fired', async () => {
    const one = session();
    await one.selectNode(2);
    give(one, command('run-to-here'));
    await settled();
    expect(one.state.event).toBe(7);
    await one.selectNode(1);
    give(one, command('run-to-here'));
    await settled();
    expect(one.state.event).toBe(6);
  });

  it('a failure that there is not says so and stays', async () => {
    const one = session({ find: () => Promise.resolve(undefined) });
    give(one, command('next-failure'));
    await settled();
    expect(one.state).toMatchObject({ event: 0, notice: 'No failure after this event' });
  });

  it('an event found late doesn’t throw back who has moved on', async () => {
    const one = session({ find: () => settled().then(() => 15) });
    give(one, command('next-failure'));
    one.dispatch({ do: 'go', event: 3 });
    await settled();
    await settled();
    expect(one.state.event).toBe(3);
  });

  it('commands that go wrong are told, not lost', async () => {
    const one = session({ find: () => Promise.reject(new Error('there is no recording to ask')) });
    give(one, command('next-failure'));
    await settled();
    expect(one.state.notice).toContain('there is no recording to ask');
  });
});
