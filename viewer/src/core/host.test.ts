// SPDX-License-Identifier: MIT
//
// The host with a module that notes what it is told: what is asked of it, in which order, and what
// is left out.
import { describe, expect, it } from 'vitest';
import type { RecordingFacts } from './answers';
import { Host, type Outside, type Surface } from './host';
import type { FromWorker, Place, Show } from './messages';
import { QUESTION } from './questions';
import type { MapModule } from './wasm';

const ROOT: Place = { node: 0, deferred: undefined, position: undefined };
const NOTHING: Place = { node: undefined, deferred: undefined, position: undefined };
const SHOW: Show = {
  revision: 1, event: 0, width: 4, height: 2, ratio: 1, root: ROOT, layout: 0, weight: 0, dark: false,
  outlines: false, scale: 1, x: 0, y: 0, selected: NOTHING, hovered: undefined, settled: true,
};

/** A module of `events` events; `calls` has what it was told, one word each. */
class NotingModule implements MapModule {
  readonly calls: string[] = [];
  trapIn: string | undefined;
  toRead = 0;
  toDo = 0;
  events = 0;
  bytes = 0;
  finished = false;

  private note(call: string): void {
    this.calls.push(call);
    if (this.trapIn !== undefined && call.startsWith(this.trapIn)) throw new Error('unreachable');
  }
  open(): void { this.note('open'); this.events = this.toRead = this.bytes = 0; this.finished = false; }
  append(bytes: Uint8Array): void { this.note('append'); this.bytes += bytes.length; this.toRead += bytes.length; }
  finish(): void { this.note('finish'); this.finished = true; }
  read(): boolean {
    this.note('read');
    this.events += Math.min(this.toRead, 10);
    this.toRead = Math.max(0, this.toRead - 10);
    return this.toRead > 0;
  }
  work(): number {
    this.note('work');
    this.toDo = this.toDo === 0 ? 2 : this.toDo - 1;
    return this.toDo;
  }
  view(view: { root: number }): void { this.note(`view ${view.root}`); }
  zoom(scale: number): void { this.note(`zoom ${scale}`); }
  move(event: number): void { this.note(`move ${event}`); }
  boxes(): readonly { left: number; top: number; right: number; bottom: number }[] {
    return [{ left: 0, top: 0, right: 1, bottom: 1 }];
  }
  paint(box: number | undefined, size: number): Uint8ClampedArray<ArrayBuffer> {
    this.note(`paint ${box ?? 'all'}`);
    return new Uint8ClampedArray(size);
  }
  pick(): number | undefined { return 7; }
  ask(question: number, a: number): string {
    this.note(`ask ${question}`);
    if (question === QUESTION.recording) {
      return JSON.stringify({ events: this.events, bytes_read: this.bytes, finished: this.finished });
    }
    if (question === QUESTION.findings) return JSON.stringify({ upto: this.events });
    if (question === QUESTION.labels) return '{"labels":[]}';
    return question === QUESTION.nodeOf ? JSON.stringify({ node: a * 10 }) : 'null';
  }
}

/** A host whose `soon` and `after` wait until the test lets them pass. */
async function hosted(tick = 100): Promise<{
  host: Host; modules: NotingModule[]; sent: FromWorker[]; run: () => void;
  pause: (count?: number) => void; puts: string[]; pass: (milliseconds: number) => void;
}> {
  const modules: NotingModule[] = [];
  const sent: FromWorker[] = [];
  const puts: string[] = [];
  let soon: (() => void)[] = [];
  const later: (() => void)[] = [];
  let clock = 0;
  const outside: Outside = {
    module: () => {
      const module = new NotingModule();
      modules.push(module);
      return Promise.resolve(module);
    },
    send: (message) => sent.push(message),
    soon: (work) => soon.push(work),
    after: (ms, work) => (ms < 100 ? soon : later).push(work),
    now: () => (clock += tick),
  };
  const surface: Surface = {
    resize: (width, height) => puts.push(`resize ${width}x${height}`),
    put: (_frame, box) => puts.push(`put ${box.left},${box.top},${box.right},${box.bottom}`),
    ink: () => puts.push('ink'),
    png: () => Promise.reject(new Error('no picture')),
  };
  const host = new Host(outside);
  await host.start(surface);
  const run = (): void => {
    for (let rounds = 0; soon.length > 0; rounds++) {
      expect(rounds).toBeLessThan(1000);
      const now = soon;
      soon = [];
      for (const work of now) work();
    }
  };
  // The first `count` waits are over.
  const pause = (count = later.length): void => {
    for (const work of later.splice(0, count)) work();
    run();
  };
  const pass = (milliseconds: number): void => { clock += milliseconds; };
  return { host, modules, sent, run, pause, puts, pass };
}

function last<T extends FromWorker['did']>(sent: readonly FromWorker[], did: T): Extract<FromWorker, { did: T }> | undefined {
  return sent.filter((message): message is Extract<FromWorker, { did: T }> => message.did === did).at(-1);
}

async function opened(bytes = 25, tick = 100): ReturnType<typeof hosted> {
  const parts = await hosted(tick);
  parts.host.receive({ do: 'open', expected: bytes });
  parts.host.receive({ do: 'append', bytes: new Uint8Array(bytes) });
  parts.host.receive({ do: 'finish' });
  parts.run();
  return parts;
}

describe('reading', () => {
  it('goes on in slices to the end, then says what was read', async () => {
    const { modules, sent } = await opened(25);
    expect(modules[0]?.calls.filter((call) => call === 'read')).toHaveLength(3);
    expect(last(sent, 'reach')?.facts).toMatchObject({ events: 25, finished: true });
    expect(last(sent, 'read')).toBeDefined();
  });

  it('offers a stream only when it pauses', async () => {
    const { host, sent, run, pause } = await hosted();
    host.receive({ do: 'open', expected: 0 });
    host.receive({ do: 'append', bytes: new Uint8Array(5) });
    run();
    expect(last(sent, 'reach')).toBeUndefined();
    host.receive({ do: 'append', bytes: new Uint8Array(5) });
    pause();  // the first wait is over, but more has come meanwhile
    expect(last(sent, 'reach')).toBeUndefined();
    pause();
    expect(last(sent, 'reach')?.facts).toMatchObject({ events: 10, finished: false });
  });

  it('offers a stream that never pauses now and then', async () => {
    const { host, sent, run, pause } = await hosted();
    host.receive({ do: 'open', expected: 0 });
    host.receive({ do: 'append', bytes: new Uint8Array(5) });
    run();
    for (let more = 0; more < 40; more++) {
      host.receive({ do: 'append', bytes: new Uint8Array(5) });
      run();
      pause(1);  // that of the one before
    }
    const offers = sent.filter((message) => message.did === 'reach');
    expect(offers.length).toBeGreaterThan(1);
    expect(offers.length).toBeLessThan(40); // appends
  });
});

describe('the picture', () => {
  it('is the last one wanted, and the ones in between are left out', async () => {
    const { host, modules, sent, run } = await opened();
    for (let event = 1; event <= 9; event++) host.receive({ do: 'show', show: { ...SHOW, event } });
    run();
    expect(modules[0]?.calls.filter((call) => call.startsWith('move'))).toEqual(['move 9']);
    expect(sent.filter((message) => message.did === 'paint')).toHaveLength(1);
    expect(last(sent, 'paint')?.painted).toMatchObject({ event: 9, boxes: 0 });
  });

  it('changes only where a step changed it', async () => {
    const { host, modules, run, puts } = await opened();
    host.receive({ do: 'show', show: SHOW });
    run();
    const module = modules[0];
    module?.calls.splice(0);
    puts.splice(0);
    host.receive({ do: 'show', show: { ...SHOW, event: 1 } });
    run();
    expect(module?.calls.filter((call) => /^(view|zoom|move|paint)/.test(call))).toEqual(['move 1', 'paint 0']);
    expect(puts).toEqual(['put 0,0,1,1', 'ink']);
  });

  it('is laid out anew for another size, and zoomed without a layout', async () => {
    const { host, modules, run, puts } = await opened();
    host.receive({ do: 'show', show: SHOW });
    run();
    modules[0]?.calls.splice(0);
    host.receive({ do: 'show', show: { ...SHOW, scale: 2 } });
    run();
    expect(modules[0]?.calls.filter((call) => /^(view|zoom)/.test(call))).toEqual(['zoom 2']);
    host.receive({ do: 'show', show: { ...SHOW, width: 8, scale: 2 } });
    run();
    expect(modules[0]?.calls).toContain('view 0');
    expect(puts).toContain('resize 8x2');
  });

  it('of a growing recording finds its root and selection again', async () => {
    const { host, modules, sent, run } = await opened();
    const root = { node: undefined, deferred: 3, position: undefined };
    host.receive({ do: 'show', show: { ...SHOW, revision: 2, root, selected: root } });
    run();
    expect(modules[0]?.calls.filter((call) => call.startsWith('view'))).toEqual(['view 0', 'view 30']);
    expect(last(sent, 'paint')?.painted).toMatchObject({ root: 30, selected: 30 });
    modules[0]?.calls.splice(0);
    host.receive({ do: 'show', show: { ...SHOW, revision: 2, root: { ...root, node: 30 }, selected: root } });
    run();
    expect(modules[0]?.calls.some((call) => call.startsWith('view'))).toBe(false);
  });

  it('is first made when the page has settled, and questions wait for that', async () => {
    const { host, modules, sent, run } = await opened();
    host.receive({ do: 'show', show: { ...SHOW, settled: false } });
    host.receive({ do: 'ask', id: 3, question: QUESTION.tree, a: 0, b: 0, text: '' });
    run();
    expect(last(sent, 'answer')).toBeUndefined();
    host.receive({ do: 'show', show: { ...SHOW, width: 8, settled: false } });
    run();
    expect(modules[0]?.calls.filter((call) => call.startsWith('view'))).toEqual([]);
    host.receive({ do: 'show', show: { ...SHOW, width: 8 } });
    run();
    expect(modules[0]?.calls.filter((call) => call.startsWith('view'))).toHaveLength(1);
    const calls = modules[0]?.calls ?? [];
    expect(calls.indexOf(`ask ${QUESTION.tree}`)).toBeGreaterThan(calls.indexOf('view 0'));
    expect(last(sent, 'answer')).toMatchObject({ id: 3 });
  });

  it('does not wait for a page that never settles', async () => {
    const { host, sent, run, pause } = await opened();
    host.receive({ do: 'show', show: { ...SHOW, settled: false } });
    run();
    expect(last(sent, 'paint')).toBeUndefined();
    pause();
    expect(last(sent, 'paint')?.painted).toMatchObject({ event: 0 });
  });

  it('waits until there is something to show', async () => {
    const { host, sent, run } = await hosted();
    host.receive({ do: 'open', expected: 0 });
    host.receive({ do: 'show', show: SHOW });
    run();
    expect(last(sent, 'paint')).toBeUndefined();
  });
});

describe('a question', () => {
  it('is about the picture wanted last, also before that is painted', async () => {
    const { host, modules, run } = await opened();
    host.receive({ do: 'show', show: SHOW });
    run();
    host.receive({ do: 'show', show: { ...SHOW, event: 5 } });
    host.receive({ do: 'ask', id: 1, question: QUESTION.deferred, a: 2, b: 0, text: '' });
    const calls = modules[0]?.calls ?? [];
    expect(calls.indexOf('move 5')).toBeGreaterThan(0);
    expect(calls.indexOf(`ask ${QUESTION.deferred}`)).toBeGreaterThan(calls.indexOf('move 5'));
  });

  it('that searches paints everything again', async () => {
    const { host, modules, run } = await opened();
    host.receive({ do: 'show', show: SHOW });
    run();
    modules[0]?.calls.splice(0);
    host.receive({ do: 'ask', id: 1, question: QUESTION.search, a: 0, b: 0, text: 'x' });
    run();
    expect(modules[0]?.calls).toContain('paint all');
  });
});

describe('spare time', () => {
  const works = (module: NotingModule | undefined): number => module?.calls.filter((call) => call === 'work').length ?? 0;

  it('is used once the picture is painted, piece by piece, and what was found is sent', async () => {
    const { host, modules, sent, run } = await opened();
    expect(works(modules[0])).toBe(0);
    host.receive({ do: 'show', show: SHOW });
    run();
    const calls = modules[0]?.calls ?? [];
    expect(calls.indexOf('work')).toBeGreaterThan(calls.indexOf('paint all'));
    expect(works(modules[0])).toBe(3);
    expect(last(sent, 'look')).toMatchObject({ pieces: 3 });
    expect(sent.filter((message) => message.did === 'find')).toEqual([{ did: 'find', findings: { upto: 25 } }]);
    host.receive({ do: 'show', show: { ...SHOW, event: 3 } });
    run();
    expect(works(modules[0])).toBe(3);
  });

  it('lets a picture that is wanted meanwhile go first', async () => {
    const { host, modules, run } = await opened();
    const module = modules[0];
    host.receive({ do: 'show', show: SHOW });
    let asked = false;
    if (module !== undefined) {
      const work = module.work.bind(module);
      module.work = () => {
        if (!asked) host.receive({ do: 'show', show: { ...SHOW, event: 7 } });
        asked = true;
        return work();
      };
    }
    run();
    const calls = module?.calls ?? [];
    expect(calls.indexOf('move 7')).toBe(calls.indexOf('work') + 1);
    expect(works(module)).toBe(3);
  });

  it('has not come while somebody steps, for a few seconds at most', async () => {
    const { host, modules, run, pause, pass } = await opened(25, 0);
    const step = (event: number): void => {
      host.receive({ do: 'show', show: { ...SHOW, event } });
      run();
    };
    step(1);
    pass(100);
    step(2);
    pause(); // that after the first step
    expect(works(modules[0])).toBe(0);
    pass(200);
    pause();
    expect(works(modules[0])).toBe(3);

    const other = await opened(25, 0);
    for (let event = 1; event <= 45; event++) {
      other.host.receive({ do: 'show', show: { ...SHOW, event } });
      other.run();
      other.pass(100);
      other.pause();
    }
    expect(works(other.modules[0])).toBe(3);
  });

  it('of a recording that grows is used again only after a while', async () => {
    const { host, modules, sent, run, pause } = await hosted();
    host.receive({ do: 'open', expected: 0 });
    host.receive({ do: 'append', bytes: new Uint8Array(5) });
    run();
    pause(1);
    host.receive({ do: 'show', show: SHOW });
    run();
    expect(last(sent, 'find')).toMatchObject({ findings: { upto: 5 } });
    host.receive({ do: 'append', bytes: new Uint8Array(5) });
    run();
    pause(1);
    expect(last(sent, 'reach')?.facts).toMatchObject({ events: 10 });
    expect(works(modules[0])).toBe(3);
    pause();
    expect(last(sent, 'find')).toMatchObject({ findings: { upto: 10 } });
    host.receive({ do: 'append', bytes: new Uint8Array(5) });
    host.receive({ do: 'finish' });
    run();
    expect(last(sent, 'find')).toMatchObject({ findings: { upto: 15 } });
  });
});

describe('a module that stops', () => {
  it('is told with what it had read, and the next recording gets a new one', async () => {
    const { host, modules, sent, run } = await opened(25);
    const first = modules[0];
    if (first !== undefined) first.trapIn = 'move';
    host.receive({ do: 'show', show: SHOW });
    run();
    expect(last(sent, 'stop')).toMatchObject({ message: 'unreachable', facts: { events: 25 } satisfies Partial<RecordingFacts> });
    host.receive({ do: 'ask', id: 5, question: QUESTION.recording, a: 0, b: 0, text: '' });
    expect(last(sent, 'answer')).toMatchObject({ id: 5, text: 'null' });

    host.receive({ do: 'open', expected: 3 });
    host.receive({ do: 'append', bytes: new Uint8Array(3) });
    host.receive({ do: 'finish' });
    await Promise.resolve();
    await Promise.resolve();
    run();
    expect(modules).toHaveLength(2);
    expect(last(sent, 'reach')?.facts).toMatchObject({ events: 3, finished: true });
  });
});
