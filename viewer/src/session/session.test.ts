// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { CurrentEvent, Finding, FindingsPage, Questions, TileFacts, TreePage } from '../core/answers';
import { command, give } from './commands';
import { followFinding, parseLink } from './link';
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

/** Findings about these Deferreds, to be looked at in these events. */
function found(...about: readonly (readonly [deferred: number | null, go: number])[]): FindingsPage {
  const findings = about.map(([deferred, go]) => ({ kind: 'slow', deferred, go, event: go, site_places: [] }) as unknown as Finding);
  return { done: true, pieces: 1, pieces_done: 1, upto: 20, errors: 0, warnings: 0, infos: about.length, total: about.length, findings };
}

describe('a finding', () => {
  const large = { ...TILES[1], w: 100, h: 100 } as TileFacts;

  it('takes the moment and the selection there', async () => {
    const one = session({ tile: () => Promise.resolve(large) });
    one.dispatch({ do: 'findings', findings: found([5, 9], [6, 12]) });
    await one.selectFinding(1);
    expect(one.state).toMatchObject({ finding: 1, event: 12, selection: { deferred: 6, node: 4 }, drill: { node: 0 } });
  });

  it('about no Deferred selects what its event is of', async () => {
    const one = session({ tile: () => Promise.resolve(large), event: () => Promise.resolve({ deferred: 5 } as CurrentEvent) });
    one.dispatch({ do: 'findings', findings: found([null, 7]) });
    await one.selectFinding(0);
    expect(one.state).toMatchObject({ event: 7, selection: { deferred: 5 } });
  });

  it('is followed by the next one, around the end, with its tab open', async () => {
    const one = session({ tile: () => Promise.resolve(large) });
    one.dispatch({ do: 'findings', findings: found([5, 9], [6, 12]) });
    await one.stepFinding(1);
    expect(one.state).toMatchObject({ finding: 0, event: 9, tab: 'findings' });
    await one.stepFinding(-1);
    expect(one.state.finding).toBe(1);
    await one.stepFinding(1);
    expect(one.state.finding).toBe(0);
  });

  it('in another part of the map than the one that is shown leaves that part', async () => {
    const crumbs = [{ node: 0, label: '' }, { node: 4, label: '' }];
    const one = session({ tile: () => Promise.resolve(large), tree: () => Promise.resolve({ crumbs } as unknown as TreePage) });
    one.dispatch({ do: 'drill', place: { node: 1, deferred: 5, position: undefined } });
    one.dispatch({ do: 'findings', findings: found([6, 12]) });
    await one.selectFinding(0);
    expect(one.state.drill).toMatchObject({ node: 0 });
  });

  it('whose tile is too small to be seen is drilled into', async () => {
    const one = session({ tile: (node) => Promise.resolve({ ...TILES[node], w: 90, h: 2 } as TileFacts) });
    one.dispatch({ do: 'findings', findings: found([5, 9]) });
    await one.selectFinding(0);
    expect(one.state.drill).toMatchObject({ node: 1, deferred: 5 });
  });

  it('stays selected when core has looked again, wherever it stands then', () => {
    const one = session();
    one.dispatch({ do: 'findings', findings: found([5, 9], [6, 12]) });
    one.dispatch({ do: 'finding', finding: 1 });
    one.dispatch({ do: 'findings', findings: found([6, 12], [5, 9]) });
    expect(one.state.finding).toBe(0);
    one.dispatch({ do: 'findings', findings: found([5, 9]) });
    expect(one.state.finding).toBeUndefined();
  });

  it('of a link is selected when it has been found, and gone to when the link says no moment', async () => {
    const one = session({ tile: () => Promise.resolve(large) });
    one.dispatch({ do: 'findings', findings: found([5, 9], [6, 12]) });
    await followFinding(one, parseLink('finding=2&event=3'));
    expect(one.state).toMatchObject({ finding: 1, event: 0 });
    const other = session({ tile: () => Promise.resolve(large) });
    other.dispatch({ do: 'findings', findings: found([5, 9], [6, 12]) });
    await followFinding(other, parseLink('finding=2'));
    expect(other.state).toMatchObject({ finding: 1, event: 12 });
    await followFinding(one, parseLink('finding=77'));
    expect(one.state.finding).toBe(1);
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
