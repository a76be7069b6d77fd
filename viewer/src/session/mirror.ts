// SPDX-License-Identifier: MIT
//
// Keeps the map as the state says: derives from the state what core is to show, and tells it
// whenever that has become something else.
import type { CoreClient } from '../core/client';
import type { Show } from '../core/messages';
import type { Session } from './session';
import { isDark, type Layout, type SessionState, type Weight } from './state';

/** The numbers of rt_view. */
const LAYOUT: Readonly<Record<Layout, number>> = { order: 0, squarified: 1 };
const WEIGHT: Readonly<Record<Weight, number>> = { count: 0, own: 1, wait: 2 };

export function showOf(state: SessionState, settled = true): Show {
  const { size, zoom } = state;
  return {
    revision: state.revision,
    event: state.event,
    width: Math.round(size.width * size.ratio),
    height: Math.round(size.height * size.ratio),
    ratio: size.ratio,
    root: state.drill,
    layout: LAYOUT[state.layout],
    weight: WEIGHT[state.weight],
    dark: isDark(state),
    outlines: state.outlines,
    scale: zoom.scale,
    x: zoom.x * size.ratio,
    y: zoom.y * size.ratio,
    selected: state.selection,
    hovered: state.hover,
    settled,
  };
}

/**
 * Returns what ends it. `arranged` calls back when the page has arranged itself around what it has
 * just been given to show, so that the map is not laid out for a size that it has for a moment.
 */
export function mirror(
  session: Session, client: Pick<CoreClient, 'show'>, arranged: (then: () => void) => void = (then) => { then(); },
): () => void {
  let told: Show | undefined;
  let settled: 'no' | 'soon' | 'yes' = 'no';
  const tell = (): void => {
    if (session.state.phase !== 'ready') {
      settled = 'no';
      return;
    }
    const show = showOf(session.state, settled === 'yes');
    if (told === undefined || !sameShow(told, show)) {
      told = show;
      client.show(show);
    }
    if (settled !== 'no') return;
    settled = 'soon';
    arranged(() => {
      if (settled !== 'soon') return;
      settled = 'yes';
      tell();
    });
  };
  tell();
  return session.store.subscribe(tell);
}

function sameShow(one: Show, other: Show): boolean {
  return (Object.keys(one) as (keyof Show)[]).every((key) => one[key] === other[key]);
}
