// SPDX-License-Identifier: MIT
//
// The map for the keyboard and for screen readers: its one tab stop is a tree, kept out of sight, of
// the tiles on the way to the selected one, those beside it and those inside it. Arrow keys walk
// it; the map shows the selection.
import { type KeyboardEvent, type ReactElement, useId, useRef } from 'react';
import { useAnswer, useSession, useSessionState } from '../session';
import { type Neighbours, neighbours, type Step, stepFrom } from './tree_walk';
import { WORDS } from './words';

const STEPS: Readonly<Record<string, Step>> = {
  ArrowRight: 'into', ArrowLeft: 'out', ArrowDown: 'next', ArrowUp: 'previous',
};

export function MapTree(): ReactElement {
  const session = useSession();
  const id = useId();
  const event = useSessionState((state) => state.event);
  const selected = useSessionState((state) => state.selection.node);
  const root = useSessionState((state) => state.drill.node ?? 0);
  const node = selected ?? root;
  const around = useAnswer(`tree ${node}@${event}`, (core) => neighbours(core, node)).value;
  const walking = useRef(false);

  const walk = async (step: Step): Promise<void> => {
    if (walking.current) return;
    walking.current = true;
    try {
      const to = selected === undefined ? root : await stepFrom(session.core, node, root, step);
      if (to !== undefined) await session.selectNode(to);
    } finally {
      walking.current = false;
    }
  };
  const onKeyDown = (key: KeyboardEvent): void => {
    const step = key.ctrlKey || key.altKey || key.metaKey || key.shiftKey ? undefined : STEPS[key.key];
    if (step === undefined) return;
    key.preventDefault();
    void walk(step);
  };
  return (
    <div
      className="map-tree for-readers" data-map-focus role="tree" tabIndex={0} aria-label={WORDS.tree}
      aria-activedescendant={around === undefined ? undefined : `${id}-${around.node}`} onKeyDown={onKeyDown}
    >
      {around === undefined ? <div role="treeitem" aria-selected={false}>{WORDS.loading}</div> : <Items id={id} around={around} />}
    </div>
  );
}

/** Flat, with levels told by attributes, as a tree may be. */
function Items({ id, around }: { readonly id: string; readonly around: Neighbours }): ReactElement {
  return (
    <>
      {around.above.map((crumb, at) => (
        <div key={crumb.node} id={`${id}-${crumb.node}`} role="treeitem" aria-level={at + 1} aria-expanded="true" aria-selected={false}>{crumb.label}</div>
      ))}
      {around.beside.map((each) => (
        <div
          key={each.node} id={`${id}-${each.node}`} role="treeitem" aria-level={around.level} aria-posinset={each.place}
          aria-setsize={around.besideCount} aria-selected={each.node === around.node}
          aria-expanded={each.childCount === 0 ? undefined : each.node === around.node}
        >{each.label}</div>
      ))}
      {around.inside.map((each) => (
        <div
          key={each.node} id={`${id}-${each.node}`} role="treeitem" aria-level={around.level + 1} aria-posinset={each.place}
          aria-setsize={around.insideCount} aria-selected={false} aria-expanded={each.childCount === 0 ? undefined : false}
        >{each.label}</div>
      ))}
    </>
  );
}
