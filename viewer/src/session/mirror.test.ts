// SPDX-License-Identifier: MIT
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Questions, RecordingFacts } from '../core/answers';
import type { Show } from '../core/messages';
import { mirror } from './mirror';
import { play } from './playing';
import { type PageAbilities, Session } from './session';
import { INITIAL } from './state';

function ready(): Session {
  return new Session({} as Questions, {} as PageAbilities, {
    ...INITIAL, phase: 'ready', eventTotal: 100, size: { width: 300, height: 200, ratio: 2 },
  });
}

describe('the mirror', () => {
  it('tells core what to show, in device pixels, when it changes', () => {
    const session = ready();
    const shows: Show[] = [];
    mirror(session, { show: (show) => shows.push(show) });
    expect(shows.at(-1)).toMatchObject({ width: 600, height: 400, event: 0, scale: 1 });
    session.dispatch({ do: 'step', by: 1 });
    session.dispatch({ do: 'zoom', zoom: { scale: 2, x: 50, y: 10 } });
    expect(shows.at(-1)).toMatchObject({ event: 1, scale: 2, x: 100, y: 20 });
    const count = shows.length;
    session.dispatch({ do: 'notice', notice: 'nothing the map shows' });
    session.dispatch({ do: 'tab', tab: 'events' });
    expect(shows).toHaveLength(count);
  });

  it('says whether the page has arranged itself, anew for each recording', () => {
    const session = ready();
    const shows: Show[] = [];
    const waiting: (() => void)[] = [];
    mirror(session, { show: (show) => shows.push(show) }, (then) => waiting.push(then));
    session.dispatch({ do: 'size', size: { width: 200, height: 200, ratio: 2 } });
    expect(shows.map((show) => show.settled)).toEqual([false, false]);
    expect(waiting).toHaveLength(1);
    waiting[0]?.();
    expect(shows.at(-1)).toMatchObject({ settled: true, width: 400 });
    session.dispatch({ do: 'open', name: 'other', live: true });
    session.dispatch({ do: 'read', facts: { events: 5 } as RecordingFacts, ended: true });
    expect(shows.at(-1)?.settled).toBe(false);
    expect(waiting).toHaveLength(2);
  });

  it('says nothing while there is nothing to show', () => {
    const session = new Session({} as Questions, {} as PageAbilities);
    const shows: Show[] = [];
    mirror(session, { show: (show) => shows.push(show) });
    session.dispatch({ do: 'size', size: { width: 3, height: 2, ratio: 1 } });
    expect(shows).toEqual([]);
  });
});

describe('playing', () => {
  afterEach(() => { vi.useRealTimers(); });

  it('steps at its speed, many events at once when that is high, and stops at the end', () => {
    vi.useFakeTimers();
    const session = ready();
    play(session);
    session.dispatch({ do: 'speed', speed: 10 });
    session.dispatch({ do: 'play', playing: true });
    vi.advanceTimersByTime(1050);
    expect(session.state.event).toBe(10);
    session.dispatch({ do: 'play', playing: false });
    vi.advanceTimersByTime(1000);
    expect(session.state.event).toBe(10);
    session.dispatch({ do: 'speed', speed: 1000 });
    session.dispatch({ do: 'play', playing: true });
    vi.advanceTimersByTime(1000);
    expect(session.state).toMatchObject({ event: 100, playing: false });
  });
});
