// SPDX-License-Identifier: MIT
//
// The worker's side: owns the module, reads what comes in, keeps the picture as wanted and answers.
//
// Messages only note what is wanted; the work is done in slices, so that of ten wanted pictures
// the last one is painted. A question is about the newest wanted picture, so the map is brought
// there first (without painting). A module that stops is dropped with the recording it held; the
// next `open` begins with a new one.
import type { Label, RecordingFacts } from './answers';
import type { Drawing, FromWorker, Painted, Place, Show, ToWorker } from './messages';
import { MOST_LABELS, QUESTION } from './questions';
import { shapesOf } from './shapes';
import { sameView, sameZoom, viewOf } from './show';
import { SpareTime } from './spare_time';
import type { Box, MapModule } from './wasm';

/** What the picture is painted on. */
export interface Surface {
  resize(width: number, height: number): void;
  /** `frame`: RGBA of the whole picture; of it, the box has changed. */
  put(frame: Uint8ClampedArray<ArrayBuffer>, box: Box): void;
  /** Labels, and frames around what is selected and hovered, over the picture. */
  ink(labels: readonly Label[], selected: Frame | undefined, hovered: Frame | undefined, show: Show): void;
  /** Both together, as a PNG file. */
  png(): Promise<Blob>;
}

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Things the host can't do by itself; the worker gives them, tests replace them. */
export interface Outside {
  /** A new module, which has read nothing. */
  module(): Promise<MapModule>;
  send(message: FromWorker): void;
  /** Runs `work` soon, after messages that are already here. */
  soon(work: () => void): void;
  after(milliseconds: number, work: () => void): void;
  now(): number;
}

type Message = Exclude<ToWorker, { do: 'start' }>;

const EVENTS_A_SLICE = 50_000;
/** A stream that brings nothing for so long is shown as far as it has come. */
const PAUSE_MS = 120;
/** And one that never pauses, so often. */
const LONGEST_MS = 500;
/** The page is still arranging itself when the first picture is wanted. Longer is not waited for that. */
const LONGEST_SETTLING_MS = 400;
const PROGRESS_EVERY_MS = 50;
/** More boxes than this are not worth painting one by one. */
const MOST_BOXES = 256;

const NOTHING = { layouts: 0, layout: 0, move: 0 };

export class Host {
  private surface: Surface | undefined;
  private module: MapModule | undefined;
  private facts: RecordingFacts | undefined;
  private wanted: Show | undefined;
  /** What the module has been told. */
  private applied: Show | undefined;
  private painted: Show | undefined;
  private rootNode = 0;
  private labels: readonly Label[] | undefined;
  private took = NOTHING;
  private scheduled = false;
  private moreToRead = false;
  /** Something of this recording has been offered for showing. */
  private reached = false;
  private finished = false;
  private appends = 0;
  /** When something came that has not been offered for showing yet. */
  private newSince: number | undefined;
  private progressAt = 0;
  /** The first picture waits for the page to settle, and questions wait for the first picture. */
  private settling = false;
  private readonly early: Message[] = [];
  private starting = false;
  private readonly spare: SpareTime;

  constructor(private readonly outside: Outside) {
    this.spare = new SpareTime(outside, () => { this.schedule(); });
  }

  async start(surface: Surface): Promise<void> {
    this.surface = surface;
    await this.renew();
  }

  receive(message: Message): void {
    if (this.starting) this.early.push(message);
    else this.guard(() => { this.act(message); });
  }

  private act(message: Message): void {
    switch (message.do) {
      case 'open': this.open(message.expected, message); break;
      case 'append':
        this.module?.append(message.bytes);
        this.appends++;
        this.spare.interrupt();
        this.readSoon();
        break;
      case 'finish':
        this.module?.finish();
        this.finished = true;
        this.readSoon();
        break;
      case 'show':
        this.wanted = message.show;
        this.spare.disturb();
        if (message.show.settled) this.endSettling();
        else if (this.applied === undefined) this.settle();
        this.schedule();
        break;
      case 'ask':
        this.spare.disturb();
        if (this.settling) this.early.push(message);
        else this.answer(message);
        break;
      case 'pick':
        this.outside.send({ did: 'pick', id: message.id, node: this.painted && this.module?.pick(message.x, message.y) });
        break;
      case 'png': this.png(message.id); break;
      case 'drawing':
        this.outside.send({ did: 'drawing', id: message.id, drawing: this.drawing() });
        break;
    }
  }

  private settle(): void {
    if (this.settling) return;
    this.settling = true;
    this.outside.after(LONGEST_SETTLING_MS, () => { this.endSettling(); });
  }

  private endSettling(): void {
    if (!this.settling) return;
    this.settling = false;
    this.catchUp();
    this.schedule();
  }

  private catchUp(): void {
    for (const message of this.early.splice(0)) this.receive(message);
  }

  private png(id: number): void {
    const send = (file: Blob | undefined): void => { this.outside.send({ did: 'png', id, file }); };
    if (this.surface === undefined || this.painted === undefined) send(undefined);
    else this.surface.png().then(send, () => { send(undefined); });
  }

  private drawing(): Drawing | undefined {
    const { module, painted: show } = this;
    if (module === undefined || show === undefined) return undefined;
    const { width, height, ratio } = show;
    const frame = module.paint(undefined, width * height * 4);
    const pixels = new Uint32Array(frame.buffer, frame.byteOffset, width * height).slice();
    const nodes = new Int32Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) nodes[y * width + x] = module.pick(x, y) ?? -1;
    }
    const shapes = shapesOf({ width, height, pixels, nodes }, (node) => this.frameOf(module, node));
    return { width, height, ratio, shapes, labels: readLabels(module) };
  }

  private open(expected: number, message: Message): void {
    if (this.module === undefined) {
      this.early.push(message);
      void this.renew();
      return;
    }
    this.module.open(expected);
    this.facts = undefined;
    this.wanted = this.applied = this.painted = this.labels = undefined;
    this.rootNode = 0;
    this.moreToRead = this.finished = this.reached = false;
    this.appends = 0;
    this.newSince = undefined;
    this.spare.forget();
  }

  /** A new module; messages that come before it is there wait for it. */
  private async renew(): Promise<void> {
    if (this.starting) return;
    this.starting = true;
    try {
      this.module = await this.outside.module();
    } catch (error) {
      this.outside.send({ did: 'stop', message: String(error), facts: undefined });
    }
    this.starting = false;
    this.catchUp();
  }

  /** Runs `work`; when the module stops in it, it is dropped and the page is told. */
  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.module = undefined;
      this.applied = this.painted = undefined;
      this.moreToRead = false;
      const message = error instanceof Error ? error.message : String(error);
      this.outside.send({ did: 'stop', message, facts: this.facts });
    }
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.outside.soon(() => {
      this.scheduled = false;
      this.guard(() => { this.slice(); });
    });
  }

  /** The picture if another one is wanted, then a slice of reading, or of what can wait. */
  private slice(): void {
    if (this.module === undefined) return;
    if (this.reached && !this.settling) this.paint();
    if (this.moreToRead) this.readSlice(this.module);
    const idle = !this.moreToRead && this.painted !== undefined && this.painted === this.wanted;
    const moreToDo = idle && this.spare.work(this.module);
    if (this.moreToRead || moreToDo) this.schedule();
  }

  private readSoon(): void {
    this.moreToRead = true;
    this.schedule();
  }

  private readSlice(module: MapModule): void {
    this.moreToRead = module.read(EVENTS_A_SLICE);
    if (this.moreToRead || !this.finished) {
      const now = this.outside.now();
      if (now - this.progressAt >= PROGRESS_EVERY_MS) {
        this.progressAt = now;
        const facts = this.readFacts(module);
        this.outside.send({ did: 'read', bytes: facts.bytes_read, events: facts.events });
      }
    }
    if (this.moreToRead) return;
    if (this.finished) this.reach(module);
    else this.reachAfterPause(this.appends);
  }

  private reachAfterPause(appends: number): void {
    const since = this.newSince ??= this.outside.now();
    this.outside.after(PAUSE_MS, () => {
      if (this.finished || this.moreToRead || this.newSince === undefined) return;
      const isPause = this.appends === appends;
      if (!isPause && this.outside.now() - since < LONGEST_MS) return;
      this.newSince = undefined;
      this.guard(() => { if (this.module !== undefined) this.reach(this.module); });
    });
  }

  private reach(module: MapModule): void {
    this.reached = true;
    this.outside.send({ did: 'reach', facts: this.readFacts(module) });
    this.spare.want(this.finished);
  }

  private readFacts(module: MapModule): RecordingFacts {
    this.facts = JSON.parse(module.ask(QUESTION.recording, 0, 0, '')) as RecordingFacts;
    return this.facts;
  }

  private answer(message: Extract<ToWorker, { do: 'ask' }>): void {
    if (this.module === undefined) {
      this.outside.send({ did: 'answer', id: message.id, text: 'null' });
      return;
    }
    this.apply(this.module);
    const text = this.module.ask(message.question, message.a, message.b, message.text);
    this.outside.send({ did: 'answer', id: message.id, text });
    if (message.question === QUESTION.search) {
      this.labels = undefined;
      this.painted = undefined;
      this.schedule();
    }
  }

  /** Tells the module what is wanted, as far as it differs from what it knows. */
  private apply(module: MapModule): void {
    const show = this.wanted;
    if (show === undefined || show === this.applied || show.width === 0 || show.height === 0) return;
    const before = this.applied;
    const started = this.outside.now();
    if (before === undefined || !sameView(before, show)) this.layOut(module, show);
    if (before === undefined || !sameView(before, show) || !sameZoom(before, show)) {
      module.zoom(show.scale, show.x, show.y);
      this.labels = undefined;
    }
    const laidOut = this.outside.now();
    if (before === undefined || before.event !== show.event || before.revision !== show.revision) {
      module.move(show.event);
      this.labels = undefined;
    }
    const { layouts, layout, move } = this.took;
    this.took = {
      layouts: layouts + (before === undefined || !sameView(before, show) ? 1 : 0),
      layout: layout + laidOut - started, move: move + this.outside.now() - laidOut,
    };
    this.applied = show;
  }

  /** A root whose node is not known yet is looked up among the tiles of everything. */
  private layOut(module: MapModule, show: Show): void {
    const { root } = show;
    if (root.node === undefined && root.deferred !== undefined) module.view(viewOf(show, 0));
    this.rootNode = nodeOf(module, root) ?? 0;
    module.view(viewOf(show, this.rootNode));
    this.labels = undefined;
  }

  private paint(): void {
    const { module, surface } = this;
    if (module === undefined || surface === undefined || this.wanted === undefined) return;
    if (this.wanted === this.painted) return;
    this.apply(module);
    const show = this.applied;
    if (show === undefined || show !== this.wanted) return;
    const started = this.outside.now();
    const boxes = this.putChanges(module, surface, show);
    const put = this.outside.now();
    this.labels ??= readLabels(module);
    const selected = this.frameOf(module, nodeOf(module, show.selected));
    surface.ink(this.labels, selected, this.frameOf(module, show.hovered), show);
    this.painted = show;
    const painted: Painted = {
      revision: show.revision, event: show.event, root: this.rootNode,
      selected: nodeOf(module, show.selected), places: { root: show.root, selected: show.selected },
      layouts: this.took.layouts, layout_ms: this.took.layout, move_ms: this.took.move,
      paint_ms: put - started, ink_ms: this.outside.now() - put, boxes,
    };
    this.took = NOTHING;
    this.outside.send({ did: 'paint', painted });
  }

  /** Returns how many boxes were painted, 0 for the whole frame. */
  private putChanges(module: MapModule, surface: Surface, show: Show): number {
    const size = show.width * show.height * 4;
    const before = this.painted;
    const whole = before === undefined || !sameView(before, show) || !sameZoom(before, show);
    const boxes = whole ? [] : module.boxes();
    if (whole || boxes.length > MOST_BOXES) {
      if (before === undefined || before.width !== show.width || before.height !== show.height) {
        surface.resize(show.width, show.height);
      }
      surface.put(module.paint(undefined, size), { left: 0, top: 0, right: show.width, bottom: show.height });
      return 0;
    }
    boxes.forEach((box, at) => { surface.put(module.paint(at, size), box); });
    return boxes.length;
  }

  private frameOf(module: MapModule, node: number | undefined): Frame | undefined {
    if (node === undefined) return undefined;
    return (JSON.parse(module.ask(QUESTION.tile, node, 0, '')) as Frame | null) ?? undefined;
  }
}

function readLabels(module: MapModule): readonly Label[] {
  return (JSON.parse(module.ask(QUESTION.labels, MOST_LABELS, 0, '')) as { labels: readonly Label[] }).labels;
}

/** The node a place has in the map as laid out last. */
function nodeOf(module: MapModule, place: Place): number | undefined {
  if (place.node !== undefined || place.deferred === undefined) return place.node;
  const position = place.position === undefined ? 0 : place.position + 1;
  const found = JSON.parse(module.ask(QUESTION.nodeOf, place.deferred, position, '')) as { node: number | null } | null;
  return found?.node ?? undefined;
}
