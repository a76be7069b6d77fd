// SPDX-License-Identifier: MIT
//
// The number of an event; pressing it goes there.
import { type ReactElement } from 'react';
import { useSession } from '../session';
import { count } from './figures';
import { eventText } from './words';

export function EventLink({ event, word = '' }: { readonly event: number; readonly word?: string }): ReactElement {
  const session = useSession();
  return (
    <button
      type="button" className="link number" title={eventText(event, session.state.eventTotal, undefined)}
      onClick={() => { session.dispatch({ do: 'go', event }); }}
    >
      {word === '' ? null : <><span className="also">{word}</span> </>}@{count(event)}
    </button>
  );
}
