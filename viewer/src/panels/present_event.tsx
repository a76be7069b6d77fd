// SPDX-License-Identifier: MIT
//
// The present event, asked for once and handed down to all that tell of it.
import { createContext, type ReactElement, type ReactNode, useContext } from 'react';
import { type CurrentEvent, useAnswer, useSessionState } from '../session';

const PresentEvent = createContext<CurrentEvent | undefined>(undefined);

export function PresentEventProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const event = useSessionState((state) => state.event);
  const answer = useAnswer(`event ${event}`, (core) => core.event(event)).value;
  return <PresentEvent value={answer}>{children}</PresentEvent>;
}

/** While the next one is awaited, the one of before. */
export function usePresentEvent(): CurrentEvent | undefined {
  return useContext(PresentEvent);
}
