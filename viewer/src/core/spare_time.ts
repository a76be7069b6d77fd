// SPDX-License-Identifier: MIT
//
// What core works out while there is nothing to paint and nothing to read: what makes jumps fast, and
// what is wrong in the recording. A piece takes up to a second in a recording of ten million events, so
// none is begun while the person is at it, for a few seconds at most. A recording that grows is looked
// at again now and then, so that it costs a tenth of the time at most.
import type { FindingsPage } from './answers';
import type { FromWorker } from './messages';
import { QUESTION } from './questions';
import type { MapModule } from './wasm';

const LEAST_PAUSE_MS = 1000;
/** Of the time it took last. */
const PAUSE_FACTOR = 10;
const TELL_EVERY_MS = 100;
/** Nothing was asked for so long: nobody is at it. */
const QUIET_MS = 150;
const LONGEST_POSTPONED_MS = 4000;

export interface Clock {
  send(message: FromWorker): void;
  after(milliseconds: number, work: () => void): void;
  now(): number;
}

export class SpareTime {
  private wanted = false;
  private begunAt: number | undefined;
  private notBefore = 0;
  private toldAt = 0;
  private pieces = 0;
  private recording = 0;
  private activeAt = 0;
  private postponedAt: number | undefined;
  private waiting = false;

  /** `schedule` is called when there is something to do. */
  constructor(private readonly clock: Clock, private readonly schedule: () => void) {}

  /** Another recording. */
  forget(): void {
    this.wanted = false;
    this.begunAt = undefined;
    this.notBefore = 0;
    this.postponedAt = undefined;
    this.recording++;
  }

  /** There is more to look at; `atOnce`: and no more will come. */
  want(atOnce: boolean): void {
    const wait = atOnce ? 0 : this.notBefore - this.clock.now();
    const { recording } = this;
    const begin = (): void => {
      if (recording !== this.recording) return;
      this.wanted = true;
      this.postponedAt = undefined;
      this.schedule();
    };
    if (wait <= 0) begin();
    else this.clock.after(wait, begin);
  }

  /** Somebody wants something of core. */
  disturb(): void {
    this.activeAt = this.clock.now();
  }

  /** The recording grows: what was begun would have to begin anew. */
  interrupt(): void {
    if (this.begunAt === undefined) return;
    this.wanted = false;
    this.begunAt = undefined;
    this.notBefore = this.clock.now() + LEAST_PAUSE_MS;
  }

  /** Does one piece; true when there is more to do. */
  work(module: MapModule): boolean {
    if (!this.wanted || this.isPostponed()) return false;
    if (this.begunAt === undefined) {
      this.begunAt = this.clock.now();
      this.pieces = 0;
    }
    const left = module.work();
    this.pieces = Math.max(this.pieces, left + 1);
    if (left > 0) {
      this.tell(left);
      return true;
    }
    const now = this.clock.now();
    this.notBefore = now + Math.max(LEAST_PAUSE_MS, PAUSE_FACTOR * (now - this.begunAt));
    this.wanted = false;
    this.begunAt = undefined;
    const findings = JSON.parse(module.ask(QUESTION.findings, 0, 0, '')) as FindingsPage | null;
    if (findings !== null) this.clock.send({ did: 'find', findings });
    return false;
  }

  private isPostponed(): boolean {
    const now = this.clock.now();
    const left = QUIET_MS - (now - this.activeAt);
    this.postponedAt ??= now;
    if (left <= 0 || now - this.postponedAt >= LONGEST_POSTPONED_MS) {
      if (left <= 0) this.postponedAt = undefined;
      return false;
    }
    if (!this.waiting) {
      this.waiting = true;
      this.clock.after(QUIET_MS, () => {
        this.waiting = false;
        this.schedule();
      });
    }
    return true;
  }

  private tell(left: number): void {
    const now = this.clock.now();
    if (now - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = now;
    this.clock.send({ did: 'look', done: this.pieces - left, pieces: this.pieces });
  }
}
