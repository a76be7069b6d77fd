// SPDX-License-Identifier: MIT
//
// A session: the state, core to ask, and the page's own abilities. Commands and panels act on this.
import type { FindRule, Questions } from '../core/answers';
import { type Action, reduce } from './reducer';
import { INITIAL, type Selection, type SessionState } from './state';
import { createStore, type Store } from './store';

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

  /** Selects a Deferred wherever it is on the map. */
  async selectDeferred(deferred: number): Promise<void> {
    this.select({ node: this.state.selection.node, deferred });
    const node = await this.core.nodeOf(deferred);
    if (this.state.selection.deferred === deferred) this.select({ node, deferred });
  }

  /** Selects a tile, and the Deferred it belongs to. */
  async selectNode(node: number): Promise<void> {
    this.select({ node, deferred: this.state.selection.deferred });
    const tile = await this.core.tile(node);
    if (this.state.selection.node === node) this.select({ node, deferred: tile.deferred });
  }

  select(selection: Selection): void {
    this.dispatch({ do: 'select', selection });
  }

  /** Searches; the map dims the rest. An empty text ends it. */
  async search(text: string): Promise<void> {
    this.dispatch({ do: 'search', text });
    const found = await this.core.search(text);
    if (text !== '') this.dispatch({ do: 'found', text, count: found.count, nodes: found.nodes });
  }

  /** The tile one level up becomes the map; the one that was it is selected. */
  async drillOut(): Promise<void> {
    const { drill } = this.state;
    if (drill === 0) return;
    const { parent } = await this.core.tree(drill, 0, 0);
    if (this.state.drill !== drill) return;
    this.dispatch({ do: 'drill', node: parent ?? 0 });
    await this.selectNode(drill);
  }
}
