// SPDX-License-Identifier: MIT
//
// Who waits on whom: the path from the selected Deferred down to what holds it up, as of the present
// event; then the tree of all waits at the end, and who waits longest now.
import { type ReactElement } from 'react';
import { duration, nanoseconds, useAnswer, useSessionState } from '../session';
import { DeferredLink, WaitEntry, WaitList } from './deferred_list';
import { Section } from './details';
import { StateMark } from './legend';
import { Place } from './place';
import { useSelectedDeferred } from './selected_deferred';
import { WaitTree } from './wait_tree';
import { shownOf, WORDS } from './words';

const MOST = 200;

export function Waits(): ReactElement {
  const { value, error, serial } = useSelectedDeferred();
  if (error !== undefined) return <p className="hint">{WORDS.noAnswer}: {error}</p>;
  return (
    <div className="details">
      {serial === undefined || value === undefined ? <h2 className="for-readers">{WORDS.tabWaits}</h2> : (
        <>
          <header className="details-head">
            <h2><DeferredLink of={value} /></h2>
            <StateMark state={value.state} />
          </header>
          <p className="sentence">{value.exists ? value.sentence : WORDS.notYet}</p>
          <Section title={WORDS.pathToBottom}>
            <ol className="path">{value.path.map((each, at) => <WaitEntry key={`${each.deferred} ${at}`} wait={each} />)}</ol>
            <p className={value.cycle ? 'warning' : 'quiet'}>
              {value.cycle ? WORDS.cycle : value.bottom}
            </p>
          </Section>
          <Section title={WORDS.whoWaits}>
            {value.waiters.length === 0 ? <p className="quiet">{WORDS.nobodyWaits}</p>
              : <WaitList waits={value.waiters} label={WORDS.whoWaits} />}
          </Section>
        </>
      )}
      <WaitTree />
      <LongestWaits />
    </div>
  );
}

function LongestWaits(): ReactElement {
  const event = useSessionState((state) => state.event);
  const page = useAnswer(`longest waits@${event}`, (core) => core.deferreds({
    offset: 0, count: MOST, sort: 'wait', descending: true, state: 'waiting',
  })).value;
  const note = page === undefined || page.total === 0 ? {} : { note: shownOf(page.rows.length, page.total, 'Deferred') };
  return (
    <Section title={WORDS.longestWaits} {...note}>
      {page === undefined ? <p className="quiet">{WORDS.loading}</p>
        : page.rows.length === 0 ? <p className="quiet">{WORDS.nothingWaits}</p> : (
          <ul className="waits" aria-label={WORDS.longestWaits}>
            {page.rows.map((row) => (
              <li key={row.deferred} className="wait">
                <span className="amount">{duration(nanoseconds(row.wait_ns))}</span>
                <DeferredLink of={row} />
                {row.waiting_on === 0 ? null : <span className="how">on #{row.waiting_on}</span>}
                <Place of={row.site} />
              </li>
            ))}
          </ul>
        )}
    </Section>
  );
}
