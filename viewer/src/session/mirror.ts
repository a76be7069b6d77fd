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

export function showOf(state: SessionState): Show {
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
  };
}

/** Returns what ends it. */
export function mirror(session: Session, client: Pick<CoreClient, 'show'>): () => void {
  let told: Show | undefined;
  const tell = (): void => {
    if (session.state.phase !== 'ready') return;
    const show = showOf(session.state);
    if (told !== undefined && sameShow(told, show)) return;
    told = show;
    client.show(show);
  };
  tell();
  return session.store.subscribe(tell);
}

function sameShow(one: Show, other: Show): boolean {
  return (Object.keys(one) as (keyof Show)[]).every((key) => one[key] === other[key]);
}
