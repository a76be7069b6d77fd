// SPDX-License-Identifier: MIT
//
// Links to Deferreds, and lists of them: who waits, on whom, how.
import { type ReactElement } from 'react';
import { type DeferredRef, duration, nanoseconds, useSession, type WaitRef } from '../session';
import { StateMark } from './legend';
import { Place } from './place';

/** Selects the Deferred wherever it is. */
export function DeferredLink({ of }: { readonly of: DeferredRef }): ReactElement {
  const session = useSession();
  return (
    <button
      type="button" className="link" onClick={() => { void session.selectDeferred(of.deferred); }}
      onPointerEnter={() => { session.dispatch({ do: 'hover', node: of.node }); }}
      onPointerLeave={() => { session.dispatch({ do: 'hover', node: undefined }); }}
    >{of.label.startsWith('#') ? of.label : `#${of.deferred} ${of.label}`}</button>
  );
}

export function WaitList({ waits, label }: { readonly waits: readonly WaitRef[]; readonly label: string }): ReactElement {
  return (
    <ul className="waits" aria-label={label}>
      {waits.map((each, at) => <WaitEntry key={`${each.deferred} ${at}`} wait={each} />)}
    </ul>
  );
}

export function WaitEntry({ wait }: { readonly wait: WaitRef }): ReactElement {
  return (
    <li className="wait">
      <StateMark state={wait.state} word={false} />
      <DeferredLink of={wait} />
      {wait.how === '' ? null : <span className="how">{wait.how}</span>}
      {wait.since_event === 0 ? null : <span className="amount">{duration(nanoseconds(wait.wait_ns))}</span>}
      {wait.place === '' ? null : <Place of={wait.place} />}
    </li>
  );
}
