// SPDX-License-Identifier: MIT
//
// The session for React components: `useSession` to act, `useSessionState` to read,
// `useAnswer` to ask core about the present moment.
import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Questions } from '../core/answers';
import type { Session } from './session';
import type { SessionState } from './state';

const SessionContext = createContext<Session | undefined>(undefined);
export const SessionProvider = SessionContext.Provider;

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('no SessionProvider above this component');
  return session;
}

/** A part of the state; the component is drawn again when that part changes (compared by ===). */
export function useSessionState<T>(select: (state: SessionState) => T): T {
  const { store } = useSession();
  const read = (): T => select(store.get());
  return useSyncExternalStore(store.subscribe, read, read);
}

export interface Asked<T> {
  /** The newest answer; while another one is awaited, the one of before. */
  readonly value: T | undefined;
  readonly pending: boolean;
  readonly error: string | undefined;
}

/**
 * Asks core and keeps asking when `key` or what core knows changes. `key` says what is asked, in a
 * text; include `state.event` when the answer depends on the moment; undefined asks nothing.
 * One question is under way at a time: who steps quickly gets the last answer, not a queue of them.
 *
 *     const deferred = useAnswer(serial && `${serial}@${event}`, (core) => core.deferred(serial));
 */
export function useAnswer<T>(key: string | undefined, ask: (core: Questions) => Promise<T>): Asked<T> {
  const session = useSession();
  const revision = useSessionState((state) => state.revision);
  const ready = useSessionState((state) => state.phase === 'ready');
  const wanted = key === undefined || !ready ? undefined : `${revision} ${key}`;
  const [asked, setAsked] = useState<Asked<T>>({ value: undefined, pending: false, error: undefined });
  const current = useRef({ wanted, ask, running: false, mounted: true });
  current.current.wanted = wanted;
  current.current.ask = ask;

  useEffect(() => {
    const own = current.current;
    own.mounted = true;
    if (wanted === undefined) setAsked({ value: undefined, pending: false, error: undefined });
    else if (!own.running) void run();
    return () => { own.mounted = false; };

    async function run(): Promise<void> {
      own.running = true;
      let answered: string | undefined;
      while (own.mounted && own.wanted !== undefined && own.wanted !== answered) {
        answered = own.wanted;
        setAsked((before) => ({ ...before, pending: true }));
        try {
          const value = await own.ask(session.core);
          if (own.mounted && own.wanted !== undefined) setAsked({ value, pending: false, error: undefined });
        } catch (error) {
          if (own.mounted) setAsked({ value: undefined, pending: false, error: String(error) });
        }
      }
      own.running = false;
    }
  }, [wanted, session]);
  return asked;
}
