// SPDX-License-Identifier: MIT
//
// The worker: a Host with real canvases, a real clock and the page to talk to.
import { surfaceOf } from '../canvas/surface';
import { Host } from '../core/host';
import type { FromWorker, ToWorker } from '../core/messages';

interface WorkerScope {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const scope = self as unknown as WorkerScope;
const turns = new MessageChannel();
const work: (() => void)[] = [];

const host = new Host({
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
  if (data.do === 'start') void host.start(data.module, surfaceOf(data.map, data.ink));
  else host.receive(data);
};
