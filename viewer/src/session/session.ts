// SPDX-License-Identifier: MIT
//
// A session: the state, core to ask, and the page's own abilities. Commands and panels act on this.
import type { FindRule, Questions } from '../core/answers';
import type { Place } from '../core/messages';
import { type Action, reduce } from './reducer';
import { findingAt, INITIAL, NO_ZOOM, ROOT, type SessionState } from './state';
import { createStore, type Store } from './store';

/** A tile with a shorter side is drilled into when it is to be looked at. CSS pixels. */
const LEAST_TILE_PX = 14;

/** What only a page can do; src/page provides it, tests replace it. */
export interface PageAbilities {
  /** Lets the person choose a file and opens it. */
  openFile(): void;
  exportPicture(format: 'png' | 'svg'): Promise<void>;
  /** Puts the address of what is shown on the clipboard. */
  copyLink(): Promise<void>;
  focusSearch(): void;
}

export class Session {
  readonly store: Store<SessionState, Action>;

  constructor(readonly core: Questions, readonly page: PageAbilities, initial: SessionState = INITIAL) {
    this.store = createStore(reduce, initial);
  }

  get state(): SessionState {
    return this.store.get();
  }

  dispatch(action: Action): void {
    this.store.dispatch(action);
  }

  /** Goes where `rule` leads from here; says so when it leads nowhere. */
  async find(rule: FindRule, of: number | undefined, nothing: string): Promise<void> {
    const from = this.state;
    const event = await this.core.find(rule, of);
    // Whoever has moved on meanwhile isn't thrown back.
    if (this.state.event !== from.event || this.state.name !== from.name) return;
    if (event === undefined) this.dispatch({ do: 'notice', notice: nothing });
    else this.dispatch({ do: 'go', event });
  }

  /** Selects a Deferred, or one callback pair of it, wherever it is on the map. */
  async selectDeferred(deferred: number, position?: number): Promise<void> {
    this.select({ node: undefined, deferred, position });
    const { revision } = this.state;
    const node = await this.core.nodeOf(deferred, position);
    const { selection } = this.state;
    const isStill = selection.deferred === deferred && selection.position === position;
    if (isStill && selection.node !== node && this.state.revision === revision) this.select({ node, deferred, position });
  }

  /** Selects a tile, and the Deferred it stands for. */
  async selectNode(node: number): Promise<void> {
    this.select({ node, deferred: undefined, position: undefined });
    const { selection } = this.state;
    const tile = await this.core.tile(node);
    if (this.state.selection !== selection || tile === undefined) return;
    this.select({ node, deferred: tile.deferred, position: tile.position });
  }

  select(place: Place): void {
    this.dispatch({ do: 'select', place });
  }

  /**
   * The tile becomes the map. A callback pair has nothing inside and leads to its Deferred, a
   * portal to the tile of the Deferred it stands for.
   */
  async drillTo(node: number): Promise<void> {
    const { revision } = this.state;
    const tile = await this.core.tile(node);
    if (tile === undefined || this.state.revision !== revision) return;
    const { deferred } = tile;
    if (node === 0 || deferred === undefined) {
      this.dispatch({ do: 'drill', place: ROOT });
      return;
    }
    const home = tile.kind === 'deferred' ? node : await this.core.nodeOf(deferred);
    if (this.state.revision !== revision || home === this.state.drill.node) return;
    this.dispatch({ do: 'drill', place: { node: home, deferred, position: undefined } });
  }

  /** Searches; the map dims the rest. An empty text ends it. */
  async search(text: string): Promise<void> {
    this.dispatch({ do: 'search', text });
    const found = await this.core.search(text);
    if (text !== '') this.dispatch({ do: 'found', text, count: found.count, deferreds: found.deferreds });
  }

  /** The tile one level up becomes the map; the one that was it is selected. */
  async drillOut(): Promise<void> {
    const { drill } = this.state;
    if (drill.node === undefined || drill.node === 0) return;
    const tile = await this.core.tree(drill.node, 0, 1);
    if (this.state.drill !== drill) return;
    await this.drillTo(tile?.parent ?? 0);
    this.select(drill);
  }

  /** Goes to an event and selects the Deferred it is of. */
  async goTo(event: number): Promise<void> {
    this.dispatch({ do: 'go', event });
    const { deferred } = await this.core.event(event);
    if (deferred !== undefined && this.state.event === event) await this.bringIntoSight(deferred);
  }

  /** Goes to where a finding is to be seen, and selects the Deferred it is about. */
  async selectFinding(place: number): Promise<void> {
    const finding = findingAt(this.state, place);
    if (finding === undefined) return;
    this.dispatch({ do: 'finding', finding: place });
    if (finding.go > 0) this.dispatch({ do: 'go', event: finding.go });
    if (finding.deferred !== null) await this.bringIntoSight(finding.deferred);
    else if (finding.go > 0) await this.goTo(finding.go);
  }

  /** The next finding or the previous one, around the ends. */
  async stepFinding(by: 1 | -1): Promise<void> {
    const { finding, findings } = this.state;
    const count = findings?.findings.length ?? 0;
    if (count === 0) return;
    const from = finding ?? (by > 0 ? -1 : count);
    this.dispatch({ do: 'tab', tab: 'findings' });
    await this.selectFinding((from + by + count) % count);
  }

  /** Selects a Deferred and sees to it that its tile can be seen: within the map, and not tiny. */
  async bringIntoSight(deferred: number): Promise<void> {
    await this.selectDeferred(deferred);
    const { node } = this.state.selection;
    if (node === undefined || this.state.selection.deferred !== deferred) return;
    const { drill } = this.state;
    const around = drill.node === 0 ? undefined : await this.core.tree(node, 0, 1);
    if (this.state.selection.deferred !== deferred) return;
    const isInside = around === undefined || around.crumbs.some((crumb) => crumb.node === drill.node);
    if (!isInside) this.dispatch({ do: 'drill', place: ROOT });
    else if (this.state.zoom.scale > 1) this.dispatch({ do: 'zoom', zoom: NO_ZOOM });
    const tile = await this.core.tile(node);
    if (tile === undefined || this.state.selection.deferred !== deferred) return;
    if (Math.min(tile.w, tile.h) < LEAST_TILE_PX * this.state.size.ratio) await this.drillTo(node);
  }

  /** Goes to the event in which the selected tile begins to run, or else appears. */
  async runToHere(): Promise<void> {
    const { node, deferred, position } = this.state.selection;
    const { name } = this.state;
    if (node === undefined) return;
    const [tile, facts] = await Promise.all([
      this.core.tile(node), deferred === undefined ? undefined : this.core.deferred(deferred)]);
    if (this.state.name !== name) return;
    const pair = facts?.pairs.find((each) => each.position === position);
    const event = pair?.started_event || facts?.fired_event || tile?.first_event;
    if (event !== undefined && event > 0) this.dispatch({ do: 'go', event });
  }
}
