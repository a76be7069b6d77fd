// SPDX-License-Identifier: MIT
//
// What is embedded in the page as text: the module, and in a report the recording. Both are gzip in
// base64, so nothing in them can end a script element.
//
//   <script type="text/plain" id="rt-wasm">H4sI…</script>
//   <script type="text/plain" class="rt-data" data-name="YXBwLnJ0bG9n" data-size="81920">H4sI…</script>
//   <script type="text/plain" class="rt-data">…</script>
//
// The elements of class rt-data are one gzip stream, cut into pieces: browsers lose the text of a
// very large element. The first one says the name (base64 of UTF-8) and the size of the recording; it
// may say a title to show instead of the name, and the event to open at (data-title, data-event).
import type { Source } from '../session';

interface Base64Bytes extends Uint8ArrayConstructor {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as Base64Bytes).fromBase64;
  if (native !== undefined) return native.call(Uint8Array, text);
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let at = 0; at < characters.length; at++) bytes[at] = characters.charCodeAt(at);
  return bytes;
}

/** The module for the worker, or undefined when the page was built without it. */
export async function embeddedModule(document: Document): Promise<WebAssembly.Module | undefined> {
  const element = document.getElementById('rt-wasm');
  if (element === null) return undefined;
  const stream = inflated([element]);
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

/** The recording inside the page, if there is one. */
export function embeddedSource(document: Document): Source | undefined {
  const pieces = [...document.querySelectorAll('script.rt-data')];
  const first = pieces[0];
  if (first === undefined) return undefined;
  const size = Number(first.getAttribute('data-size') ?? NaN);
  return {
    name: nameOf(first.getAttribute('data-title') ?? first.getAttribute('data-name')),
    size: Number.isFinite(size) ? size : undefined,
    async *chunks() {
      let got = 0;
      for await (const chunk of read(inflated(pieces))) {
        got += chunk.byteLength;
        yield chunk;
      }
      if (Number.isFinite(size) && got !== size) {
        throw new Error(`the page holds ${got} of ${size} bytes of the recording`);
      }
    },
  };
}

/** The address to begin with when it says nothing itself: that of the event a report opens at. */
export function embeddedLink(document: Document): string {
  const event = document.querySelector('script.rt-data')?.getAttribute('data-event') ?? '';
  return event === '' ? '' : `#event=${event}`;
}

function nameOf(base64: string | null): string {
  return base64 === null || base64 === '' ? 'recording' : new TextDecoder().decode(fromBase64(base64));
}

/** The bytes of elements, unpacked piece by piece; an element's text is dropped once it is taken. */
function inflated(elements: readonly Element[]): ReadableStream<Uint8Array> {
  let next = 0;
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller): void {
      const element = elements[next++];
      if (element === undefined) {
        controller.close();
        return;
      }
      const text = element.textContent.trim();
      element.textContent = '';
      controller.enqueue(fromBase64(text));
    },
  });
  return packed.pipeThrough(new DecompressionStream('gzip'));
}

/** A stream's chunks, also where streams can't be iterated over. */
export async function* read(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
