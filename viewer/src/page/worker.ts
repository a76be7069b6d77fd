// SPDX-License-Identifier: MIT
//
// The worker: a Host with real canvases, a real clock and the page to talk to.
import { surfaceOf } from '../canvas/surface';
import { Host } from '../core/host';
import type { FromWorker, ToWorker } from '../core/messages';
import { WasmModule } from '../core/wasm';

interface WorkerScope {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const scope = self as unknown as WorkerScope;
const turns = new MessageChannel();
const work: (() => void)[] = [];

let compiled: WebAssembly.Module | undefined;

const host = new Host({
  module: () => compiled === undefined
    ? Promise.reject(new Error('the page did not give its module')) : WasmModule.create(compiled),
  send: (message) => { scope.postMessage(message); },
  soon: (task) => {
    work.push(task);
    turns.port2.postMessage(undefined);
  },
  after: (milliseconds, task) => { setTimeout(task, milliseconds); },
  now: () => performance.now(),
});

turns.port1.onmessage = () => { work.shift()?.(); };
scope.onmessage = ({ data }) => {
  if (data.do !== 'start') {
    host.receive(data);
    return;
  }
  compiled = data.module;
  void host.start(surfaceOf(data.map, data.ink));
};
