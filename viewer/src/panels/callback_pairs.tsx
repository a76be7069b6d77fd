// SPDX-License-Identifier: MIT
//
// The chain of a Deferred: one entry a callback pair, with the side that was taken and what came of it.
import { type ReactElement } from 'react';
import { type DeferredFacts, duration, nanoseconds, type PairFacts, useSession, useSessionState } from '../session';
import { EventLink } from './event_link';
import { Place } from './place';
import { StackOf } from './stack';
import { WORDS } from './words';

export function CallbackPairs({ deferred }: { readonly deferred: DeferredFacts }): ReactElement {
  const position = useSessionState((state) => state.selection.position);
  if (deferred.pairs.length === 0) return <p className="quiet">{WORDS.noCallbacks}</p>;
  return (
    <ol className="pairs" aria-label={WORDS.callbacks}>
      {deferred.pairs.map((pair) => (
        <PairEntry key={pair.position} serial={deferred.deferred} pair={pair} selected={pair.position === position} />
      ))}
    </ol>
  );
}

function PairEntry({ serial, pair, selected }: {
  readonly serial: number; readonly pair: PairFacts; readonly selected: boolean;
}): ReactElement {
  const session = useSession();
  const own = nanoseconds(pair.own_ns);
  return (
    <li className={`pair pair-${pair.state}${pair.bad ? ' bad' : ''}${selected ? ' chosen' : ''}`}>
      <span className="position">{pair.position}</span>
      <div className="pair-text">
        <button
          type="button" className="link name" aria-current={selected || undefined}
          onClick={() => { void session.selectDeferred(serial, pair.position); }}
        >{pair.label}</button>
        <span className="pair-state">{pairText(pair)}{own > 0n ? `, ${duration(own)}` : ''}</span>
        {pair.place === '' ? null : <Place of={pair.place} />}
        <span className="pair-links">
          {pair.started_event > 0 ? <EventLink event={pair.started_event} word={WORDS.started} /> : null}
          {pair.finished_event > 0 ? <EventLink event={pair.finished_event} word={WORDS.finished} /> : null}
          {pair.attached_event > 0 ? <EventLink event={pair.attached_event} word={WORDS.attached} /> : null}
          {pair.attached_event > 0 && selected ? <StackOf event={pair.attached_event} /> : null}
        </span>
      </div>
    </li>
  );
}

function pairText(pair: PairFacts): string {
  switch (pair.state) {
    case 'attached': return WORDS.pairAttached;
    case 'passed': return WORDS.pairPassed;
    case 'running': return `${pair.lane}: ${WORDS.pairRunning}`;
    case 'finished': return pair.outcome === '' ? `${pair.lane}: ${WORDS.pairFinished}` : `${pair.lane} ${pair.outcome}`;
  }
}
