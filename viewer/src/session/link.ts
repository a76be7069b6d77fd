// SPDX-License-Identifier: MIT
//
// The address of what is shown: the fragment's names and values, `#event=12&deferred=3`.
// What is as it begins is left out. The token of a served recording is never part of it.
import type { Action } from './reducer';
import type { Session } from './session';
import { INITIAL, type Layout, type SessionState, type Tab, type Theme, type Weight } from './state';

export interface Link {
  readonly event: number | undefined;
  readonly deferred: number | undefined;
  readonly position: number | undefined;
  /** From 1. */
  readonly finding: number | undefined;
  readonly drill: number | undefined;
  readonly layout: Layout | undefined;
  readonly weight: Weight | undefined;
  readonly outlines: boolean;
  readonly theme: Theme | undefined;
  readonly tab: Tab | undefined;
  readonly search: string;
}

const LAYOUTS: readonly Layout[] = ['order', 'squarified'];
const WEIGHTS: readonly Weight[] = ['count', 'own', 'wait'];
const THEMES: readonly Theme[] = ['light', 'dark'];
const TABS: readonly Tab[] = ['details', 'findings', 'deferreds', 'events', 'waits'];

/** What an address says; what it says wrongly is left out. */
export function parseLink(fragment: string): Link {
  const values = new URLSearchParams(fragment.replace(/^#/, ''));
  const one = <T extends string>(name: string, known: readonly T[]): T | undefined =>
    known.find((each) => each === values.get(name));
  return {
    event: wholeNumber(values.get('event')),
    deferred: wholeNumber(values.get('deferred')),
    position: wholeNumber(values.get('position')),
    finding: wholeNumber(values.get('finding')),
    drill: wholeNumber(values.get('drill')),
    layout: one('layout', LAYOUTS),
    weight: one('weight', WEIGHTS),
    outlines: values.get('outlines') === '1',
    theme: one('theme', THEMES),
    tab: one('tab', TABS),
    search: values.get('search') ?? '',
  };
}

export function formatLink(state: SessionState): string {
  const values = new URLSearchParams();
  if (state.event > 0) values.set('event', String(state.event));
  const { selection, drill } = state;
  if (selection.deferred !== undefined) {
    values.set('deferred', String(selection.deferred));
    if (selection.position !== undefined) values.set('position', String(selection.position));
  }
  if (state.finding !== undefined) values.set('finding', String(state.finding + 1));
  if (drill.deferred !== undefined) values.set('drill', String(drill.deferred));
  if (state.layout !== INITIAL.layout) values.set('layout', state.layout);
  if (state.weight !== INITIAL.weight) values.set('weight', state.weight);
  if (state.outlines) values.set('outlines', '1');
  if (state.theme !== INITIAL.theme) values.set('theme', state.theme);
  if (state.tab !== INITIAL.tab) values.set('tab', state.tab);
  if (state.search.text !== '') values.set('search', state.search.text);
  return values.toString();
}

/** Ways of looking that hold for any recording, to begin with. */
export function actionsOf(link: Link): readonly Action[] {
  const actions: Action[] = [];
  if (link.layout !== undefined) actions.push({ do: 'layout', layout: link.layout });
  if (link.weight !== undefined) actions.push({ do: 'weight', weight: link.weight });
  if (link.outlines) actions.push({ do: 'outlines', outlines: true });
  if (link.theme !== undefined) actions.push({ do: 'theme', theme: link.theme });
  if (link.tab !== undefined) actions.push({ do: 'tab', tab: link.tab });
  return actions;
}

/** Goes where a link leads, once the recording can be shown. */
export async function followLink(session: Session, link: Link): Promise<void> {
  if (link.event !== undefined) session.dispatch({ do: 'go', event: link.event });
  if (link.drill !== undefined) {
    const place = { node: undefined, deferred: link.drill, position: undefined };
    session.dispatch({ do: 'drill', place });
  }
  if (link.deferred !== undefined) await session.selectDeferred(link.deferred, link.position);
  if (link.search !== '') await session.search(link.search);
}

/** Selects the finding of a link, once core has found it; goes to it when the link says no moment. */
export async function followFinding(session: Session, link: Link): Promise<void> {
  if (link.finding === undefined || session.state.finding !== undefined) return;
  const place = link.finding - 1;
  if (session.state.findings?.findings[place] === undefined) return;
  if (link.event === undefined && link.deferred === undefined) await session.selectFinding(place);
  else session.dispatch({ do: 'finding', finding: place });
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
