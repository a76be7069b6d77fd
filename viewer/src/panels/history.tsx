// SPDX-License-Identifier: MIT
//
// What happened to one Deferred, of the whole recording; what is still to come is faint.
import { type ReactElement } from 'react';
import { type EventFacts, useSession, useSessionState } from '../session';
import { actionWords } from './figures';

export function History({ events }: { readonly events: readonly EventFacts[] }): ReactElement {
  const session = useSession();
  const present = useSessionState((state) => state.event);
  return (
    <ol className="history">
      {events.map((event) => {
        const tense = event.number === present ? 'present' : event.number > present ? 'future' : 'past';
        return (
          <li key={event.number} className={`${tense}${event.bad ? ' bad' : ''}`}>
            <button
              type="button" aria-current={event.number === present ? 'step' : undefined}
              title={event.place} onClick={() => { session.dispatch({ do: 'go', event: event.number }); }}
            >
              <span className="time">{event.time}</span>
              <span className="action">{actionWords(event.action)}</span>
              <span className="detail">{event.detail}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
