// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Questions, RecordingFacts } from '../core/answers';
import type { Listener } from '../core/client';
import { parseLink } from './link';
import { Loader, type Source } from './loading';
import { type PageAbilities, Session } from './session';

const FACTS: RecordingFacts = {
  format: 'rtlog', bytes: 100, bytes_read: 100, finished: true, events: 10, deferreds: 2, turns: 0, nodes: 5,
  event: 0, duration_ns: '1000', duration: '1 us', started: null, ending: 'complete', ending_text: '',
  lost: 0, strange: 0, warnings: [], warning_count: 0, error: null, info: {}, title: '',
};

function loading(): { session: Session; loader: Loader; core: Listener; calls: string[] } {
  const calls: string[] = [];
  let listener: Listener | undefined;
  const questions = { nodeOf: () => Promise.resolve(4) } as unknown as Questions;
  const session = new Session(questions, {} as PageAbilities);
  const loader = new Loader(session, {
    open: (size) => calls.push(`open ${size ?? 'unknown'}`),
    append: (bytes) => calls.push(`append ${bytes.length}`),
    finish: () => calls.push('finish'),
    listen: (each) => { listener = each; return () => undefined; },
  });
  if (listener === undefined) throw new Error('the loader does not listen');
  return { session, loader, core: listener, calls };
}

function source(name: string, ...chunks: readonly (number | Error)[]): Source {
  return {
    name, size: undefined,
    async *chunks() {
      for (const chunk of chunks) {
        await Promise.resolve();
        if (chunk instanceof Error) throw chunk;
        yield new Uint8Array(chunk);
      }
    },
  };
}

describe('a recording', () => {
  it('goes to core chunk by chunk and is shown from before its first event', async () => {
    const { session, loader, core, calls } = loading();
    await loader.load(source('a.rtlog', 3, 4));
    expect(calls).toEqual(['open unknown', 'append 3', 'append 4', 'finish']);
    expect(session.state.phase).toBe('reading');
    core.read(7, 9);
    expect(session.state.progress).toMatchObject({ bytesRead: 7, events: 9 });
    core.reach(FACTS);
    expect(session.state).toMatchObject({ phase: 'ready', event: 0, eventTotal: 10, live: false });
  });

  it('opens where its link leads', async () => {
    const { session, loader, core } = loading();
    await loader.load(source('a.rtlog', 3), {
      event: 6, deferred: 2, position: undefined, finding: undefined, drill: undefined, layout: undefined,
      weight: undefined, outlines: false, theme: undefined, tab: undefined, search: '',
    });
    core.reach(FACTS);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(session.state).toMatchObject({ event: 6, selection: { deferred: 2, node: 4 } });
    core.reach({ ...FACTS, events: 12 });
    expect(session.state.event).toBe(6);
  });

  it('that grows is waited for until the event of its link is there', async () => {
    const { session, loader, core } = loading();
    const link = { ...parseLink('event=6') };
    await loader.load(source('a.rtlog', 3), link);
    core.reach({ ...FACTS, events: 4, finished: false });
    expect(session.state).toMatchObject({ event: 0, eventTotal: 4, live: true });
    core.reach({ ...FACTS, events: 8, finished: false });
    expect(session.state.event).toBe(6);

    await loader.load(source('b.rtlog', 3), link);
    core.reach({ ...FACTS, events: 4, finished: false });
    session.dispatch({ do: 'go', event: 2 });
    core.reach({ ...FACTS, events: 8, finished: false });
    expect(session.state.event).toBe(2);
  });

  it('gives way to the next one while it is still coming', async () => {
    const { session, loader, calls } = loading();
    const slow = loader.load(source('slow', 1, 1, 1, 1));
    await Promise.resolve();
    await loader.load(source('next', 2));
    await slow;
    expect(calls.filter((call) => call === 'finish')).toHaveLength(1);
    expect(calls.slice(calls.lastIndexOf('open unknown'))).toEqual(['open unknown', 'append 2', 'finish']);
    expect(session.state.name).toBe('next');
  });

  it('that breaks off is shown as far as it came, and it is said', async () => {
    const { session, loader, core, calls } = loading();
    await loader.load(source('a.rtlog', 3, new Error('connection lost')));
    expect(calls.at(-1)).toBe('finish');
    core.reach(FACTS);
    expect(session.state).toMatchObject({ phase: 'ready', notice: 'The rest could not be read: connection lost' });
  });
});

describe('what can’t be shown', () => {
  it('says why: no bytes, no recording, nothing in it, not to be had, core gave up', async () => {
    const { session, loader, core } = loading();
    const said = (): string => `${session.state.failure?.title ?? ''}: ${session.state.failure?.detail ?? ''}`;
    const none = { ...FACTS, events: 0 };

    await loader.load(source('empty.rtlog'));
    core.reach({ ...none, bytes: 0 });
    expect(said()).toMatch(/^empty\.rtlog is empty: /);

    await loader.load(source('cat.jpg', 9));
    core.reach({ ...none, ending: 'error', error: { offset: 3, line: 0, cause: 'this is no recording' } });
    expect(said()).toBe('cat.jpg can\'t be read as a recording: At byte 3: this is no recording.');

    await loader.load(source('mon.out', 9));
    core.reach({ ...none, ending: 'error', error: { offset: 3, line: 2, cause: 'not JSON' } });
    expect(said()).toContain('At line 2: not JSON.');

    await loader.load(source('a.rtlog', 9));
    core.reach({ ...none, ending_text: 'ended before its first event' });
    expect(said()).toBe('a.rtlog has no events: ended before its first event.');

    await loader.load(source('gone.rtlog', new Error('no such file')));
    expect(said()).toBe('gone.rtlog could not be read: no such file.');

    await loader.load(source('huge.rtlog', 9));
    core.stop('out of memory', { ...FACTS, events: 1, bytes_read: 1234 });
    expect(said()).toBe('huge.rtlog can\'t be shown: out of memory. Until then 1 event in 1,234 bytes had been read.');
    expect(session.state.phase).toBe('failed');
  });
});
