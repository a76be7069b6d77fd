// SPDX-License-Identifier: MIT
//
// Plays: a step every now and then, as fast as the state says.
import type { Session } from './session';

/** Faster than this the screen doesn't change, so faster means more events at once. */
const MOST_STEPS_A_SECOND = 30;

/** Returns what ends it. */
export function play(session: Session): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = (): void => {
    timer = undefined;
    const { playing, speed } = session.state;
    if (!playing) return;
    session.dispatch({ do: 'step', by: Math.max(1, Math.round(speed / MOST_STEPS_A_SECOND)) });
    wind();
  };
  const wind = (): void => {
    const { playing, speed } = session.state;
    if (!playing || timer !== undefined) return;
    timer = setTimeout(tick, 1000 / Math.min(speed, MOST_STEPS_A_SECOND));
  };
  const end = session.store.subscribe(wind);
  return () => {
    end();
    clearTimeout(timer);
  };
}
