// SPDX-License-Identifier: MIT
//
// Brings a recording from where it is into core, and tells the state how far that is.
import type { RecordingFacts } from '../core/answers';
import type { CoreClient } from '../core/client';
import { followFinding, followLink, type Link } from './link';
import type { Session } from './session';
import type { Failure } from './state';

export interface Source {
  readonly name: string;
  /** undefined for a stream whose length nobody knows. */
  readonly size: number | undefined;
  chunks(): AsyncIterable<Uint8Array>;
}

/** Loads one recording at a time; a new one takes the place of one that is still coming. */
export class Loader {
  private current: Source | undefined;
  private link: Link | undefined;
  /** The same, until core has looked for what is wrong. */
  private findingLink: Link | undefined;
  private bytesSent = 0;
  /** What stopped the bytes before their end. */
  private broken: string | undefined;

  constructor(
    private readonly session: Session,
    private readonly client: Pick<CoreClient, 'open' | 'append' | 'finish' | 'listen'>,
  ) {
    client.listen({
      read: (bytes, events) => { this.progress(bytes, events); },
      reach: (facts) => { this.reach(facts); },
      paint: (painted) => { session.dispatch({ do: 'painted', painted }); },
      look: (done, pieces) => { session.dispatch({ do: 'looked', done, pieces }); },
      find: (findings) => {
        session.dispatch({ do: 'findings', findings });
        const to = this.findingLink;
        this.findingLink = undefined;
        if (to !== undefined) void followFinding(session, to);
      },
      stop: (message, facts) => { this.stop(message, facts); },
    });
  }

  /** Ends when all bytes are handed over. `link`: where to go when it can be shown. */
  async load(source: Source, link?: Link): Promise<void> {
    this.current = source;
    this.link = this.findingLink = link;
    this.bytesSent = 0;
    this.broken = undefined;
    this.session.dispatch({ do: 'open', name: source.name, live: source.size === undefined });
    this.client.open(source.size);
    try {
      for await (const chunk of source.chunks()) {
        if (this.current !== source) return;
        this.bytesSent += chunk.byteLength;
        this.client.append(chunk);
      }
    } catch (error) {
      if (this.current !== source) return;
      this.broken = error instanceof Error ? error.message : String(error);
      if (this.bytesSent === 0) {
        this.current = undefined;
        this.fail({ title: `${source.name} could not be read`, detail: `${this.broken}.` });
        return;
      }
    }
    if (this.current === source) this.client.finish();
  }

  private progress(bytes: number, events: number): void {
    if (this.current === undefined) return;
    this.session.dispatch({
      do: 'progress', progress: { bytesRead: bytes, bytesTotal: this.current.size, events },
    });
  }

  private reach(facts: RecordingFacts): void {
    const source = this.current;
    if (source === undefined) return;
    if (facts.events === 0) {
      if (facts.finished) this.fail(failureOf(source.name, facts));
      return;
    }
    this.session.dispatch({ do: 'read', facts, ended: facts.finished });
    if (facts.finished && this.broken !== undefined) {
      this.session.dispatch({ do: 'notice', notice: `The rest could not be read: ${this.broken}` });
    }
    this.followLink(facts);
  }

  /** In a stream the event of a link may be yet to come; who has moved meanwhile stays there. */
  private followLink(facts: RecordingFacts): void {
    const link = this.link;
    if (link === undefined) return;
    if (!facts.finished && (link.event ?? 0) > facts.events && this.session.state.event === 0) return;
    this.link = undefined;
    if (this.session.state.event === 0) void followLink(this.session, link);
  }

  private stop(message: string, facts: RecordingFacts | undefined): void {
    if (this.current === undefined) return;
    const read = facts === undefined ? '' : ` Until then ${count(facts.events, 'event')} in `
      + `${count(facts.bytes_read, 'byte')} had been read.`;
    const { name } = this.current;
    this.current = undefined;
    this.fail({ title: `${name} can't be shown`, detail: `${sentence(message)}${read}` });
  }

  private fail(failure: Failure): void {
    this.session.dispatch({ do: 'fail', failure });
  }
}

/** Why there is nothing to show. */
function failureOf(name: string, facts: RecordingFacts): Failure {
  if (facts.error !== null) {
    const place = facts.error.line > 0 ? `line ${facts.error.line}` : `byte ${facts.error.offset}`;
    return { title: `${name} can't be read as a recording`, detail: `At ${place}: ${sentence(facts.error.cause)}` };
  }
  if (facts.bytes === 0) {
    return { title: `${name} is empty`, detail: 'There is no byte in it. Did the program that should have been recorded start?' };
  }
  return { title: `${name} has no events`, detail: sentence(facts.ending_text) };
}

function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}

function count(number: number, thing: string): string {
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}
