// SPDX-License-Identifier: MIT
//
// Core for tests of the panels: answers like the real one's, made up by rule, so that a table of ten
// million rows costs nothing. Deferred n has the node n; the root's is 0.
import type {
  CurrentEvent, DeferredFacts, DeferredPage, DeferredQuery, DeferredRow, EventFacts, EventPage, FindingsPage, FindRule,
  Histogram, Label, Legend, Questions, ReactorFacts, RecordingFacts, SearchResult, State, TileFacts, TreePage, WaitRef,
  WaitTreePage,
} from '../session';

import { sampleFindings, sampleReactor, SAMPLE_WAITS } from './sample_diagnosis';

const STATES: readonly State[] = ['succeeded', 'waiting', 'pending', 'failed', 'succeeded', 'cancelled', 'paused', 'running'];
const GLYPHS: Readonly<Record<State, string>> = {
  pending: '…', running: '▶', waiting: '⧗', paused: '‖', succeeded: '✓', failed: '✗', cancelled: '⊘',
};
const NAMES = ['fetch', 'Shop.checkout', 'parse', 'render_page', 'Connection.write', 'gatherResults', 'retry.<locals>.again'];
const ACTIONS = ['created', 'attached', 'fired', 'started', 'finished', 'waiting', 'resumed', 'collected'];
const DETAILS = ['Deferred, in fetch of #1', 'callback parse, errback give_up', 'with int', 'callback parse',
  'parse -> None', 'for #2, a callback returned it', 'by #2 with int', 'succeeded'];
const PLACES = ['shop/orders.py:12 in fetch', 'shop/orders.py:90 in <module>', 'shop/cart.py:31 in Shop.store', ''];

function of<T>(list: readonly T[], at: number): T {
  const found = list[at % list.length];
  if (found === undefined) throw new Error('an empty list');
  return found;
}

export class SampleCore implements Questions {
  /** What has been asked, in order: tests look at it. */
  readonly asked: string[] = [];
  present = 0;

  constructor(readonly eventTotal: number, readonly deferredTotal: number) {}

  facts(): RecordingFacts {
    return {
      format: 'rtlog', bytes: this.eventTotal * 6, bytes_read: this.eventTotal * 6, finished: true, events: this.eventTotal,
      deferreds: this.deferredTotal, turns: 0, nodes: this.deferredTotal * 3, event: this.present, duration_ns: '12345678901',
      duration: '12.346 s', started: '2026-11-23 05:52:00 UTC', ending: 'complete', ending_text: 'complete', lost: 0,
      strange: 0, warnings: [], warning_count: 0, error: null, title: 'python -m shop --port 8080',
      info: { command: 'python -m shop --port 8080', python: '3.11.2', twisted: '24.7.0', engine: 'native', pid: '4711' },
    };
  }

  async recording(): Promise<RecordingFacts> {
    return this.facts();
  }

  private event_(number: number): EventFacts {
    const bad = number % 97 === 0;
    const serial = (number * 7) % this.deferredTotal + 1;
    return {
      number, time_ns: String(number * 1_234), time: (number * 1.234e-6).toFixed(6),
      action: bad ? 'finished' : of(ACTIONS, number), subject: `#${serial}`,
      detail: bad ? 'Shop.store raised OutOfStock: no more blue shirts' : of(DETAILS, number),
      place: of(PLACES, number), bad, deferred: serial, node: serial,
    };
  }

  async event(event: number): Promise<CurrentEvent> {
    this.asked.push(`event ${event}`);
    const facts = this.event_(event);
    const line = JSON.stringify({
      action: facts.action, deferred: 139_990_000 + event, serial: facts.deferred,
      stack: [
        { file: '/venv/lib/python3.11/site-packages/twisted/internet/defer.py', line: 212, function: 'maybeDeferred' },
        { file: '/home/me/shop/orders.py', line: 12, function: 'fetch' },
        { file: '/home/me/shop/orders.py', line: 90, function: '<module>' },
      ],
      t: Number(facts.time),
    });
    return { ...facts, last: this.eventTotal, line, awaited_by: ['checkout #1, await  (shop/cart.py:40 in checkout)'] };
  }

  async events(first: number, count: number): Promise<EventPage> {
    this.asked.push(`events ${first}+${count}`);
    const last = Math.min(this.eventTotal, first + count - 1);
    return { first, last, events: Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => this.event_(first + at)) };
  }

  private wait(serial: number, how: string): WaitRef {
    return { deferred: serial, label: of(NAMES, serial), state: of(STATES, serial), glyph: GLYPHS[of(STATES, serial)], node: serial, how, place: of(PLACES, serial), since_event: how === '' ? 0 : serial, wait_ns: '250000000' };
  }

  async deferred(serial: number): Promise<DeferredFacts | undefined> {
    this.asked.push(`deferred ${serial}`);
    if (serial > this.deferredTotal) return undefined;
    const state = of(STATES, serial);
    const history = [serial, serial + 3, serial + 8, serial + 20].map((each) => this.event_(each));
    return {
      deferred: serial, label: of(NAMES, serial), type: 'Deferred', address: '0x7f52c0d0a390', state, glyph: GLYPHS[state], node: serial,
      exists: true, sentence: `The result of ${of(NAMES, serial)}, ${state}. It waits for #${serial + 1}, which nothing has fired.`,
      created_event: serial, fired_event: state === 'pending' ? 0 : serial + 8, collected_event: 0,
      created: 'shop/orders.py:12 in fetch', fired: 'shop/orders.py:90 in <module>', coroutine: 'checkout (shop/orders.py:60)', canceller: '',
      age_ns: '1501000000', own_ns: '70000', wait_ns: '250000000',
      pairs: [
        { position: 0, label: 'parse', state: 'finished', lane: 'callback', outcome: '-> #2', bad: false, place: of(PLACES, 0), own_ns: '1001000000', attached_event: serial + 1, started_event: serial + 3, finished_event: serial + 5, node: serial },
        { position: 1, label: 'Shop.store | give_up', state: 'finished', lane: 'callback', outcome: 'raised OutOfStock: no more blue shirts', bad: true, place: of(PLACES, 1), own_ns: '690000', attached_event: serial + 1, started_event: serial + 6, finished_event: serial + 7, node: serial },
        { position: 2, label: 'give_up', state: 'running', lane: 'errback', outcome: '', bad: false, place: of(PLACES, 1), own_ns: '0', attached_event: serial + 2, started_event: serial + 8, finished_event: 0, node: serial },
        { position: 3, label: 'close', state: 'attached', lane: '', outcome: '', bad: false, place: of(PLACES, 2), own_ns: '0', attached_event: serial + 2, started_event: 0, finished_event: 0, node: serial },
      ],
      pair_count: 4, history, history_count: history.length,
      waits_on: [this.wait(serial + 1, 'a callback returned it')], waiters: [this.wait(serial + 5, 'await'), this.wait(serial + 6, 'member of the list')],
      waiter_count: 2, path: [this.wait(serial, ''), this.wait(serial + 1, 'a callback returned it'), this.wait(serial + 2, 'await')], cycle: false, bottom: `#${serial + 2} never fires in this recording.`,
    };
  }

  async deferreds(query: DeferredQuery): Promise<DeferredPage> {
    this.asked.push(`deferreds ${JSON.stringify(query)}`);
    const all = query.filter === undefined && query.state === undefined ? this.deferredTotal : Math.ceil(this.deferredTotal / 8);
    const count = Math.max(0, Math.min(query.count, all - query.offset));
    return { total: all, rows: Array.from({ length: count }, (_, at) => this.row(query, query.offset + at, all)) };
  }

  private row(query: DeferredQuery, at: number, all: number): DeferredRow {
    const serial = query.descending === true ? all - at : at + 1;
    const state = query.state ?? of(STATES, serial);
    return {
      deferred: serial, label: of(NAMES, serial), type: 'Deferred', state, glyph: GLYPHS[state], node: serial,
      age_ns: String(serial * 1_000_000), own_ns: String(serial % 3 * 70_000), wait_ns: String(serial % 2 * 250_000_000),
      waiting_on: state === 'waiting' ? serial + 1 : 0, site: of(PLACES, serial), created_event: serial,
    };
  }

  async tile(node: number): Promise<TileFacts | undefined> {
    if (node === 0) {
      return { node, kind: 'root', title: 'all', lines: [], state: 'pending', glyph: '', shown: true, first_event: 0, last_event: this.eventTotal, x: 0, y: 0, w: 10, h: 10 };
    }
    return { node, kind: 'deferred', title: of(NAMES, node), lines: [], state: of(STATES, node), glyph: '', shown: true, deferred: node, first_event: node, last_event: node + 8, x: 0, y: 0, w: 10, h: 10 };
  }

  async labels(): Promise<readonly Label[]> {
    return [];
  }

  async histogram(bucketCount: number): Promise<Histogram> {
    this.asked.push(`histogram ${bucketCount}`);
    const weights = Array.from({ length: bucketCount }, (_, at) => 1 + Math.round(40 * Math.abs(Math.sin(at / 9) * Math.sin(at / 31)) ** 3));
    const sum = weights.reduce((left, right) => left + right, 0);
    const buckets: [number, number][] = [];
    const firstEvent: number[] = [];
    let next = 1;
    let share = 0;
    for (const [at, weight] of weights.entries()) {
      share += weight;
      const end = at === bucketCount - 1 ? this.eventTotal + 1 : 1 + Math.floor((share / sum) * this.eventTotal);
      firstEvent.push(next);
      buckets.push([end - next, at % 41 === 40 ? Math.ceil((end - next) / 9) : 0]);
      next = end;
    }
    return { buckets, first_event: firstEvent, first_ns: '0', last_ns: '12345678901' };
  }

  async search(text: string): Promise<SearchResult> {
    this.asked.push(`search ${text}`);
    if (text === '') return { count: 0, deferreds: [] };
    return { count: 1234, deferreds: [3, 10, 17].map((serial) => this.wait(serial, '')) };
  }

  /** The root has all Deferreds right inside it; none of them has anything inside. */
  async tree(node: number, offset: number, count: number): Promise<TreePage | undefined> {
    this.asked.push(`tree ${node} ${offset}+${count}`);
    const root = { node: 0, label: 'all' };
    if (node > this.deferredTotal) return undefined;
    if (node > 0) {
      return {
        node, parent: 0, kind: 'deferred', label: `#${node} ${of(NAMES, node)}`, state: of(STATES, node), level: 2, child_count: 0, offset,
        crumbs: [root, { node, label: `#${node} ${of(NAMES, node)}` }], children: [],
      };
    }
    const number = Math.max(0, Math.min(count, this.deferredTotal - offset));
    return {
      node, parent: null, kind: 'root', label: 'all', state: 'pending', level: 1, child_count: this.deferredTotal, offset, crumbs: [root],
      children: Array.from({ length: number }, (_, at) => {
        const child = offset + at + 1;
        return { node: child, kind: 'deferred', label: `#${child} ${of(NAMES, child)}`, state: of(STATES, child), child_count: 0 };
      }),
    };
  }

  async find(rule: FindRule): Promise<number | undefined> {
    this.asked.push(`find ${rule}`);
    return undefined;
  }

  async legend(): Promise<Legend> {
    const colours: readonly (readonly [State, string, string])[] = [
      ['pending', '#ffffff', '#1a1d21'], ['running', '#e3001b', '#ffffff'], ['waiting', '#6e66ff', '#ffffff'], ['paused', '#ffcf32', '#1a1d21'],
      ['succeeded', '#9ab496', '#1a1d21'], ['failed', '#4b0454', '#ffffff'], ['cancelled', '#6c6c6c', '#ffffff']];
    return {
      states: colours.map(([state, colour, ink]) => ({ state, word: state, colour, ink, glyph: GLYPHS[state], pattern: state === 'pending' ? 'dotted' : 'solid' })),
      marks: [
        { name: 'cursor', word: 'executing', colour: '#e3001b' }, { name: 'outer', word: 'executing further out', colour: '#e3001b' },
        { name: 'last', word: 'executed last', colour: '#e3001b' }, { name: 'portal', word: 'waits here as well, its home is elsewhere', colour: '#6c6c6c' },
        { name: 'outline', word: 'comes later', colour: '#b7bec8' }],
    };
  }

  async eventAtTime(): Promise<number> {
    return 0;
  }

  async cursor(): Promise<{ event: number; executing: []; last_executed: null }> {
    return { event: this.present, executing: [], last_executed: null };
  }

  async nodeOf(serial: number): Promise<number | undefined> {
    return serial;
  }

  async findings(): Promise<FindingsPage> {
    return sampleFindings(this.eventTotal);
  }

  async waitTree(): Promise<WaitTreePage> {
    this.asked.push('wait tree');
    return { done: true, pieces: 30, pieces_done: 30, upto: this.eventTotal, cut_off: false, asleep: false, rows: SAMPLE_WAITS };
  }

  async reactor(bucketCount: number): Promise<ReactorFacts> {
    this.asked.push(`reactor ${bucketCount}`);
    return sampleReactor(bucketCount);
  }
}
