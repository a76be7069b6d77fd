// SPDX-License-Identifier: MIT
//
// Everything about the selected Deferred: what it is now, its life, its callback pairs, who waits,
// its whole history.
import { type ReactElement, type ReactNode } from 'react';
import { type DeferredFacts, duration, nanoseconds, useSession, useSessionState } from '../session';
import { CallbackPairs } from './callback_pairs';
import { CopyButton } from './copy_button';
import { WaitList } from './deferred_list';
import { History } from './history';
import { StateMark } from './legend';
import { useSelectedDeferred } from './selected_deferred';
import { StackOf } from './stack';
import { EventLink } from './event_link';
import { Place } from './place';
import { foundSummary, shownOf, WORDS } from './words';

export function Details(): ReactElement {
  const { value, error, serial, pending } = useSelectedDeferred();
  const root = useSessionState((state) => state.selection.node === 0);
  if (error !== undefined) return <p className="hint">{WORDS.noAnswer}: {error}</p>;
  if (serial === undefined) return <Nothing text={root ? WORDS.rootSelected : WORDS.nothingSelected} />;
  if (value === undefined) return <p className="hint">{pending ? WORDS.loading : WORDS.nothingSelected}</p>;
  return <DeferredDetails key={value.deferred} deferred={value} />;
}

function Nothing({ text }: { readonly text: string }): ReactElement {
  return <div className="hint"><p>{text}</p><p>{WORDS.selectHint}</p><FoundHint /></div>;
}

/** Who has just opened a recording wants to know what is wrong in it. */
function FoundHint(): ReactElement | null {
  const session = useSession();
  const findings = useSessionState((state) => state.findings);
  if (findings === undefined) return null;
  if (findings.total === 0) return <p>{WORDS.nothingFound}</p>;
  return (
    <p>
      {foundSummary(findings)}.{' '}
      <button type="button" className="link" onClick={() => { session.dispatch({ do: 'tab', tab: 'findings' }); }}>{WORDS.showFindings}</button>
    </p>
  );
}

export function Section({ title, note, children }: {
  readonly title: string; readonly note?: string; readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="section">
      <h3>{title}{note === undefined ? null : <span className="note">{note}</span>}</h3>
      {children}
    </section>
  );
}

function DeferredDetails({ deferred }: { readonly deferred: DeferredFacts }): ReactElement {
  return (
    <div className="details">
      <header className="details-head">
        <h2>{deferred.label.startsWith('#') ? deferred.label : `#${deferred.deferred} ${deferred.label}`}</h2>
        <StateMark state={deferred.state} />
      </header>
      <p className="sentence">{deferred.exists ? deferred.sentence : WORDS.notYet}</p>
      <Section title={WORDS.life}><Life deferred={deferred} /></Section>
      <Section title={WORDS.callbacks} note={shownOf(deferred.pairs.length, deferred.pair_count, 'pair')}>
        <CallbackPairs deferred={deferred} />
      </Section>
      <Section title={WORDS.waitsFor}>
        {deferred.waits_on.length === 0 ? <p className="quiet">{WORDS.waitsForNothing}</p>
          : <WaitList waits={deferred.waits_on} label={WORDS.waitsFor} />}
      </Section>
      <Section title={WORDS.whoWaits} {...(deferred.waiter_count > deferred.waiters.length
        ? { note: shownOf(deferred.waiters.length, deferred.waiter_count, 'waiter') } : {})}>
        {deferred.waiters.length === 0 ? <p className="quiet">{WORDS.nobodyWaits}</p>
          : <WaitList waits={deferred.waiters} label={WORDS.whoWaits} />}
      </Section>
      <Section title={WORDS.history} note={shownOf(deferred.history.length, deferred.history_count, 'event')}>
        <History events={deferred.history} />
      </Section>
    </div>
  );
}

function Life({ deferred }: { readonly deferred: DeferredFacts }): ReactElement {
  const event = useSessionState((state) => state.event);
  const happened = (number: number): boolean => number > 0 && number <= event;
  return (
    <dl className="facts">
      <Moment word={WORDS.created} event={deferred.created_event} place={deferred.created} />
      {happened(deferred.fired_event) ? <Moment word={WORDS.fired} event={deferred.fired_event} place={deferred.fired} />
        : <Fact word={WORDS.fired}>{WORDS.notFired}</Fact>}
      {happened(deferred.collected_event) ? <Moment word={WORDS.collected} event={deferred.collected_event} place="" />
        : <Fact word={WORDS.collected}>{WORDS.stillThere}</Fact>}
      {deferred.coroutine === '' ? null : <Fact word={WORDS.coroutine}>{deferred.coroutine}</Fact>}
      {deferred.canceller === '' ? null : <Fact word={WORDS.canceller}>{deferred.canceller}</Fact>}
      <Fact word={WORDS.age}>
        {duration(nanoseconds(deferred.age_ns))}
        <span className="also">{WORDS.ownTime} {duration(nanoseconds(deferred.own_ns))}</span>
        <span className="also">{WORDS.waitTime} {duration(nanoseconds(deferred.wait_ns))}</span>
      </Fact>
      {deferred.address === '' ? null : <Fact word={WORDS.address}><code>{deferred.address}</code></Fact>}
    </dl>
  );
}

function Fact({ word, children }: { readonly word: string; readonly children: ReactNode }): ReactElement {
  return <div className="fact"><dt>{word}</dt><dd>{children}</dd></div>;
}

function Moment({ word, event, place }: {
  readonly word: string; readonly event: number; readonly place: string;
}): ReactElement {
  return (
    <div className="fact">
      <dt>{word}</dt>
      <dd>
        {event > 0 ? <EventLink event={event} /> : null}
        {place === '' ? null : <Place of={place} />}
        {place === '' ? null : <CopyButton text={place} label={WORDS.copySite} />}
        {event > 0 ? <StackOf event={event} /> : null}
      </dd>
    </div>
  );
}
