// SPDX-License-Identifier: MIT
//
// reactortrack.wasm in node, with the few imports that libc's abort message brings along.
import { readFile } from 'node:fs/promises';

export async function load(path) {
  let memory;
  const refuse = () => 52; // ENOSYS
  const imports = {
    fd_close: refuse,
    fd_seek: refuse,
    fd_write: (fd, vectors, count, written) => {
      const view = new DataView(memory.buffer);
      let size = 0;
      for (let i = 0; i < count; ++i) {
        const at = view.getUint32(vectors + 8 * i, true);
        const length = view.getUint32(vectors + 8 * i + 4, true);
        process.stderr.write(Buffer.from(memory.buffer, at, length));
        size += length;
      }
      view.setUint32(written, size, true);
      return 0;
    },
    proc_exit: (status) => {
      throw new Error(`the module exits with ${status}`);
    },
  };
  const { instance } = await WebAssembly.instantiate(await readFile(path), {
    wasi_snapshot_preview1: imports,
  });
  memory = instance.exports.memory;
  instance.exports._initialize();
  return new Module(instance.exports);
}

/** The exports, with their memory behind plain values. */
class Module {
  constructor(exports) {
    this.rt = exports;
  }

  bytes(at, size) {
    return new Uint8Array(this.rt.memory.buffer, at >>> 0, size);
  }

  append(chunk) {
    const at = this.rt.rt_room(chunk.length);
    this.bytes(at, chunk.length).set(chunk);
    this.rt.rt_append(chunk.length);
  }

  text(question, a = 0, b = 0, argument = '') {
    const words = new TextEncoder().encode(argument);
    if (words.length > 0) this.bytes(this.rt.rt_argument(words.length), words.length).set(words);
    const at = this.rt.rt_text(question, a, b, words.length);
    return Buffer.from(this.bytes(at, this.rt.rt_text_size())).toString('utf8');
  }

  boxes() {
    const count = this.rt.rt_box_count();
    return [...new Int32Array(this.rt.memory.buffer, this.rt.rt_boxes() >>> 0, 4 * count)];
  }

  frame(box, width, height) {
    return this.bytes(this.rt.rt_paint(box), 4 * width * height);
  }
}
