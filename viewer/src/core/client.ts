// SPDX-License-Identifier: MIT
//
// The main thread's side of the worker: typed questions, the recording's bytes in, pictures wanted.
import type {
  CurrentEvent, CursorFacts, DeferredFacts, DeferredPage, DeferredQuery, EventPage, FindingsPage,
  FindRule, Histogram, Label, Legend, NanosecondsText, Questions, ReactorFacts, RecordingFacts,
  SearchResult, TileFacts, TreePage, WaitTreePage,
} from './answers';
import type { Drawing, FromWorker, Painted, Show, ToWorker } from './messages';
import { QUESTION, RULE } from './questions';

/** What a Worker is to the client; tests put a Host behind it. */
export interface Channel {
  post(message: ToWorker, transfer: readonly Transferable[]): void;
  listen(listener: (message: FromWorker) => void): void;
}

export interface Listener {
  read(bytes: number, events: number): void;
  reach(facts: RecordingFacts): void;
  paint(painted: Painted): void;
  /** Core is looking for what is wrong: so many pieces of work are done. */
  look(done: number, pieces: number): void;
  find(findings: FindingsPage): void;
  stop(message: string, facts: RecordingFacts | undefined): void;
}

export class CoreClient implements Questions {
  private readonly asked = new Map<number, (text: string) => void>();
  private readonly picked = new Map<number, (node: number | undefined) => void>();
  private readonly drawn = new Map<number, (result: Blob | Drawing | undefined) => void>();
  private readonly listeners = new Set<Listener>();
  private lastId = 0;

  constructor(private readonly channel: Channel) {
    channel.listen((message) => { this.receive(message); });
  }

  /** Hands the canvases over; they belong to the worker from now on. */
  start(module: WebAssembly.Module, map: OffscreenCanvas, ink: OffscreenCanvas): void {
    this.channel.post({ do: 'start', module, map, ink }, [map, ink]);
  }

  /** Calls `listener` for what comes without being asked; returns what ends that. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  /** A new recording, of so many bytes if that is known. */
  open(expected: number | undefined): void {
    this.channel.post({ do: 'open', expected: expected ?? 0 }, []);
  }

  /** `bytes` are given away when they fill their buffer. */
  append(bytes: Uint8Array): void {
    const whole = bytes.byteLength === bytes.buffer.byteLength;
    this.channel.post({ do: 'append', bytes }, whole ? [bytes.buffer as ArrayBuffer] : []);
  }

  finish(): void {
    this.channel.post({ do: 'finish' }, []);
  }

  show(show: Show): void {
    this.channel.post({ do: 'show', show }, []);
  }

  /** The node under a device pixel of the map. */
  pick(x: number, y: number): Promise<number | undefined> {
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.picked.set(id, resolve);
      this.channel.post({ do: 'pick', id, x, y }, []);
    });
  }

  /** The picture as it is painted, labels and all. */
  png(): Promise<Blob | undefined> {
    return this.draw('png') as Promise<Blob | undefined>;
  }

  drawing(): Promise<Drawing | undefined> {
    return this.draw('drawing') as Promise<Drawing | undefined>;
  }

  private draw(what: 'png' | 'drawing'): Promise<Blob | Drawing | undefined> {
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.drawn.set(id, resolve);
      this.channel.post({ do: what, id }, []);
    });
  }

  recording = (): Promise<RecordingFacts> => this.must(QUESTION.recording, 0, 0, '');
  event = (event: number): Promise<CurrentEvent> => this.must(QUESTION.event, event, 0, '');
  events = (first: number, count: number): Promise<EventPage> => this.must(QUESTION.events, first, count, '');
  deferred = (serial: number): Promise<DeferredFacts | undefined> => this.ask(QUESTION.deferred, serial, 0, '');
  tile = (node: number): Promise<TileFacts | undefined> => this.ask(QUESTION.tile, node, 0, '');
  histogram = (bucketCount: number): Promise<Histogram> => this.must(QUESTION.histogram, bucketCount, 0, '');
  search = (text: string): Promise<SearchResult> => this.must(QUESTION.search, 0, 0, text);
  legend = (): Promise<Legend> => this.must(QUESTION.legend, 0, 0, '');
  cursor = (): Promise<CursorFacts> => this.must(QUESTION.cursor, 0, 0, '');
  findings = (): Promise<FindingsPage> => this.must(QUESTION.findings, 0, 0, '');
  waitTree = (): Promise<WaitTreePage> => this.must(QUESTION.waitTree, 0, 0, '');
  reactor = (bucketCount: number): Promise<ReactorFacts> => this.must(QUESTION.reactor, bucketCount, 0, '');

  deferreds({ offset, count, ...query }: DeferredQuery): Promise<DeferredPage> {
    return this.must(QUESTION.deferreds, offset, count, JSON.stringify(query));
  }

  async labels(most: number): Promise<readonly Label[]> {
    return (await this.must<{ labels: readonly Label[] }>(QUESTION.labels, most, 0, '')).labels;
  }

  tree(node: number, offset: number, count: number): Promise<TreePage | undefined> {
    return this.ask(QUESTION.tree, node, count, String(offset));
  }

  async find(rule: FindRule, of = 0): Promise<number | undefined> {
    const { event } = await this.must<{ event: number }>(QUESTION.find, RULE[rule], of, '');
    return event === 0 ? undefined : event;
  }

  async eventAtTime(time: NanosecondsText): Promise<number> {
    return (await this.must<{ event: number }>(QUESTION.eventAtTime, 0, 0, time)).event;
  }

  async nodeOf(serial: number, position?: number): Promise<number | undefined> {
    const place = position === undefined ? 0 : position + 1;
    const found = await this.ask<{ node: number | null }>(QUESTION.nodeOf, serial, place, '');
    return found?.node ?? undefined;
  }

  private async ask<T>(question: number, a: number, b: number, text: string): Promise<T | undefined> {
    const id = ++this.lastId;
    const answer = await new Promise<string>((resolve) => {
      this.asked.set(id, resolve);
      this.channel.post({ do: 'ask', id, question, a, b, text }, []);
    });
    return (JSON.parse(answer) as T | null) ?? undefined;
  }

  /** Of questions that always have an answer while there is a recording. */
  private async must<T>(question: number, a: number, b: number, text: string): Promise<T> {
    const answer = await this.ask<T>(question, a, b, text);
    if (answer === undefined) throw new NoAnswer();
    return answer;
  }

  private receive(message: FromWorker): void {
    switch (message.did) {
      case 'answer':
        this.asked.get(message.id)?.(message.text);
        this.asked.delete(message.id);
        break;
      case 'pick':
        this.picked.get(message.id)?.(message.node);
        this.picked.delete(message.id);
        break;
      case 'png': this.finishDrawing(message.id, message.file); break;
      case 'drawing': this.finishDrawing(message.id, message.drawing); break;
      case 'read': this.tell((each) => { each.read(message.bytes, message.events); }); break;
      case 'reach': this.tell((each) => { each.reach(message.facts); }); break;
      case 'look': this.tell((each) => { each.look(message.done, message.pieces); }); break;
      case 'find': this.tell((each) => { each.find(message.findings); }); break;
      case 'paint': this.tell((each) => { each.paint(message.painted); }); break;
      case 'stop': this.stop(message.message, message.facts); break;
    }
  }

  private finishDrawing(id: number, result: Blob | Drawing | undefined): void {
    this.drawn.get(id)?.(result);
    this.drawn.delete(id);
  }

  /** Whoever still waits for an answer gets none. */
  private stop(message: string, facts: RecordingFacts | undefined): void {
    for (const resolve of this.asked.values()) resolve('null');
    for (const resolve of this.picked.values()) resolve(undefined);
    for (const resolve of this.drawn.values()) resolve(undefined);
    this.drawn.clear();
    this.asked.clear();
    this.picked.clear();
    this.tell((each) => { each.stop(message, facts); });
  }

  private tell(call: (listener: Listener) => void): void {
    for (const listener of [...this.listeners]) call(listener);
  }
}

/** There is no recording, or not any more. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor() {
    super('there is no recording to ask');
  }
}
