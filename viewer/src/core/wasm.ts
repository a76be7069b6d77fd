// SPDX-License-Identifier: MIT
//
// One instance of the WebAssembly module: the exports of wasm/exports.h with TypeScript's types.
// The only code that touches its memory. Any call may grow the memory, so views are taken anew.

/** rt_view's arguments, in device pixels. */
export interface MapView {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly root: number;
  readonly layout: number;
  readonly weight: number;
  readonly flags: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What the host uses of a module; tests put another one there. */
export type MapModule = Pick<WasmModule,
  'open' | 'append' | 'finish' | 'read' | 'work' | 'view' | 'zoom' | 'move' | 'boxes' | 'paint' | 'pick' | 'ask'>;

/** The module gave up (out of memory, or a broken promise inside it) and can't be used any more. */
export class ModuleStopped extends Error {
  override readonly name = 'ModuleStopped';
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  rt_open(expectedBytes: number): void;
  rt_room(size: number): number;
  rt_append(size: number): void;
  rt_finish(): void;
  rt_read(maxEvents: number): number;
  rt_work(): number;
  rt_view(width: number, height: number, ratio: number, root: number, layout: number, weight: number, flags: number): void;
  rt_zoom(scale: number, x: number, y: number): void;
  rt_move(event: number): number;
  rt_boxes(): number;
  rt_box_count(): number;
  rt_paint(box: number): number;
  rt_pick(x: number, y: number): number;
  rt_argument(size: number): number;
  rt_text(question: number, a: number, b: number, textSize: number): number;
  rt_text_size(): number;
}

const WHOLE_FRAME = 0xffffffff;

export class WasmModule {
  private readonly encoder = new TextEncoder();
  private readonly decoder = new TextDecoder();
  private stopped: ModuleStopped | undefined;

  private constructor(private readonly exports: Exports) {}

  static async create(compiled: WebAssembly.Module): Promise<WasmModule> {
    const instance = await WebAssembly.instantiate(compiled, importsOf(compiled));
    const exports = instance.exports as unknown as Exports;
    const module = new WasmModule(exports);
    module.call(() => { exports._initialize(); });
    return module;
  }

  open(expectedBytes: number): void {
    this.call(() => { this.exports.rt_open(Math.min(expectedBytes, 0xffffffff)); });
  }

  append(bytes: Uint8Array): void {
    this.call(() => {
      const at = this.exports.rt_room(bytes.length) >>> 0;
      this.memory(at, bytes.length).set(bytes);
      this.exports.rt_append(bytes.length);
    });
  }

  finish(): void {
    this.call(() => { this.exports.rt_finish(); });
  }

  /** Reads on; true when there is more to read now. */
  read(maxEvents: number): boolean {
    return this.call(() => this.exports.rt_read(maxEvents)) !== 0;
  }

  /** A piece of what can wait; returns how many are left. */
  work(): number {
    return this.call(() => this.exports.rt_work()) >>> 0;
  }

  view(view: MapView): void {
    this.call(() => {
      this.exports.rt_view(
        view.width, view.height, view.ratio, view.root, view.layout, view.weight, view.flags);
    });
  }

  zoom(scale: number, x: number, y: number): void {
    this.call(() => { this.exports.rt_zoom(scale, x, y); });
  }

  move(event: number): void {
    this.call(() => this.exports.rt_move(event));
  }

  /** What has to be painted again. */
  boxes(): readonly Box[] {
    return this.call(() => {
      const count = this.exports.rt_box_count() >>> 0;
      const at = this.exports.rt_boxes() >>> 0;
      const numbers = new Int32Array(this.exports.memory.buffer, at, count * 4);
      return Array.from({ length: count }, (_, box) => ({
        left: numbers[box * 4] ?? 0, top: numbers[box * 4 + 1] ?? 0,
        right: numbers[box * 4 + 2] ?? 0, bottom: numbers[box * 4 + 3] ?? 0,
      }));
    });
  }

  /** The frame of `size` bytes after painting one box, or all: RGBA, a view on wasm memory. */
  paint(box: number | undefined, size: number): Uint8ClampedArray<ArrayBuffer> {
    return this.call(() => {
      const at = this.exports.rt_paint(box ?? WHOLE_FRAME) >>> 0;
      return new Uint8ClampedArray(this.exports.memory.buffer as ArrayBuffer, at, size);
    });
  }

  /** The node under a device pixel as painted last. */
  pick(x: number, y: number): number | undefined {
    const found = this.call(() => this.exports.rt_pick(x, y)) >>> 0;
    return found === 0 ? undefined : found - 1;
  }

  /** The JSON text that answers a question. */
  ask(question: number, a: number, b: number, text: string): string {
    return this.call(() => {
      const bytes = this.encoder.encode(text);
      if (bytes.length > 0) {
        const argument = this.exports.rt_argument(bytes.length) >>> 0;
        this.memory(argument, bytes.length).set(bytes);
      }
      const at = this.exports.rt_text(question, a, b, bytes.length) >>> 0;
      return this.decoder.decode(this.memory(at, this.exports.rt_text_size() >>> 0));
    });
  }

  /** Bytes of memory the module holds; it never gives any back. */
  memoryBytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  private memory(at: number, size: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, at, size);
  }

  /** A trap leaves the module in the middle of something: nothing may be asked of it again. */
  private call<T>(work: () => T): T {
    if (this.stopped !== undefined) throw this.stopped;
    try {
      return work();
    } catch (error) {
      this.stopped = new ModuleStopped(describeTrap(error, this.memoryBytes()));
      throw this.stopped;
    }
  }
}

function describeTrap(error: unknown, memoryBytes: number): string {
  const gigabytes = memoryBytes / 2 ** 30;
  return gigabytes > 3
    ? `out of memory: a page has 4 GiB, and ${gigabytes.toFixed(1)} of them are used`
    : `the reader stopped: ${error instanceof Error ? error.message : String(error)}`;
}

/** libc's imports. Core calls none of them; they come with the message of an abort. */
function importsOf(compiled: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module, name } of WebAssembly.Module.imports(compiled)) {
    (imports[module] ??= {})[name] = name === 'proc_exit'
      ? () => { throw new Error('it exited'); }
      : () => 52; // ENOSYS
  }
  return imports;
}
