// SPDX-License-Identifier: MIT
//
// Who waits for what at the end of the recording: a tree from those whom nobody waits for down to the
// cause. One tab stop; arrow keys walk it, Enter selects the Deferred of a row.
import { type KeyboardEvent, type ReactElement, useEffect, useId, useState } from 'react';
import { useAnswer, useSession, useSessionState, type WaitTreePage, type WaitTreeRow } from '../session';
import { Section } from './details';
import { count, plural } from './figures';
import { StateMark } from './legend';
import { moveBy, type ShownRow, shownRows } from './wait_tree_rows';
import { waitText, WORDS } from './words';

const AT_FIRST = 300;

export function WaitTree(): ReactElement {
  const upto = useSessionState((state) => state.findings?.upto);
  const page = useAnswer(upto === undefined ? undefined : `wait tree ${upto}`, (core) => core.waitTree()).value;
  const roots = page?.rows.filter((each) => each.depth === 0).length ?? 0;
  return (
    <Section title={WORDS.waitTree} {...(roots === 0 ? {} : { note: plural(roots, 'waiter') })}>
      {page === undefined ? <p className="quiet">{WORDS.loading}</p>
        : page.rows.length === 0 ? <p className="quiet">{WORDS.nobodyWaitsAtEnd}</p> : <Tree page={page} />}
      {page?.asleep === true && page.rows.length > 0 ? <p className="quiet">{WORDS.asleep}</p> : null}
      {page?.cut_off === true ? <p className="quiet">{WORDS.treeCutOff}</p> : null}
    </Section>
  );
}

function Tree({ page: { rows, asleep } }: { readonly page: WaitTreePage }): ReactElement {
  const session = useSession();
  const id = useId();
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const [active, setActive] = useState(0);
  const [most, setMost] = useState(AT_FIRST);
  const selected = useSessionState((state) => state.selection.deferred);
  useEffect(() => { setClosed(new Set()); setActive(0); }, [rows]);
  const all = shownRows(rows, closed);
  const shown = all.slice(0, most);

  const setOpen = (at: number, open: boolean): void => {
    setClosed((before) => {
      const next = new Set(before);
      if (open) next.delete(at);
      else next.add(at);
      return next;
    });
  };
  const choose = (row: WaitTreeRow): void => {
    // Before its wait began it is not what this tree tells of.
    if (session.state.event < row.event) session.dispatch({ do: 'go', event: row.event });
    void session.bringIntoSight(row.deferred);
  };
  const onKeyDown = (key: KeyboardEvent): void => {
    if (key.ctrlKey || key.altKey || key.metaKey || key.shiftKey) return;
    const row = rows[active];
    const move = moveBy(key.key, shown, rows, active);
    if (key.key === 'Enter' && row !== undefined) choose(row);
    else if (move !== undefined && 'to' in move) {
      setActive(move.to);
      document.getElementById(`${id}-${move.to}`)?.scrollIntoView?.({ block: 'nearest' });
    } else if (move !== undefined) setOpen(active, move.open);
    else return;
    key.preventDefault();
  };
  return (
    <>
      <div
        className="wait-tree" role="tree" tabIndex={0} aria-label={WORDS.waitTree} onKeyDown={onKeyDown}
        aria-activedescendant={`${id}-${active}`}
      >
        {shown.map((each) => (
          <Row
            key={each.at} id={`${id}-${each.at}`} of={each} asleep={asleep} active={each.at === active} selected={each.row.deferred === selected}
            onOpen={(open) => { setActive(each.at); setOpen(each.at, open); }}
            onChoose={() => { setActive(each.at); choose(each.row); }}
          />
        ))}
      </div>
      {all.length <= most ? null : (
        <button type="button" className="button more" onClick={() => { setMost(most + AT_FIRST); }}>{`${WORDS.showMore} (${count(all.length - most)})`}</button>
      )}
    </>
  );
}

function Row({ id, of: { row, hasChildren, open }, asleep, active, selected, onOpen, onChoose }: {
  readonly id: string; readonly of: ShownRow; readonly asleep: boolean; readonly active: boolean; readonly selected: boolean;
  readonly onOpen: (open: boolean) => void; readonly onChoose: () => void;
}): ReactElement {
  return (
    <div
      id={id} role="treeitem" aria-level={row.depth + 1} aria-expanded={hasChildren ? open : undefined} aria-selected={selected}
      className={`wait-row${active ? ' active' : ''}${selected ? ' chosen' : ''}`} style={{ paddingLeft: `${Math.min(row.depth, 24) * 14}px` }}
      onClick={onChoose}
    >
      <span
        className="wait-toggle" aria-hidden="true"
        onClick={(click) => { if (hasChildren) { click.stopPropagation(); onOpen(!open); } }}
      >{hasChildren ? open ? '▾' : '▸' : ''}</span>
      <span className="wait-text">
        <span className="wait-name"><StateMark state={row.state} word={false} /> {row.depth === 0 ? <b>{row.name}</b> : row.name}</span>
        <span className="quiet">
          {waitText(row, asleep)}
        </span>
        {row.cycle ? <span className="warning">{WORDS.ring}</span> : null}
        {row.told ? <span className="quiet">{WORDS.toldAbove}</span> : null}
        {row.cause === '' ? null : <span className="warning">{row.cause}</span>}
      </span>
    </div>
  );
}
