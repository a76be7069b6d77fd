// SPDX-License-Identifier: MIT
//
// The Deferreds that exist at the present event, to be sorted and filtered; choosing one selects it
// on the map as well.
import { type ReactElement, type ReactNode, useDeferredValue, useState } from 'react';
import {
  type DeferredColumn, type DeferredPage, type DeferredQuery, type DeferredRow, duration, nanoseconds, type State,
  useSession, useSessionState,
} from '../session';
import { StateMark } from './legend';
import { useRowsAnswer } from './rows_answer';
import { plural } from './figures';
import { type Column, type Sort, VirtualTable } from './virtual_table';
import { SIDE_WORDS, WORDS } from './words';

const COLUMNS: readonly Column<DeferredColumn>[] = [
  { id: 'deferred', title: SIDE_WORDS.deferred, width: '58px', right: true, sortable: true },
  { id: 'label', title: SIDE_WORDS.label, width: 'minmax(92px, 2fr)', sortable: true },
  { id: 'state', title: SIDE_WORDS.state, width: '92px', sortable: true },
  { id: 'wait', title: SIDE_WORDS.wait, width: '64px', right: true, sortable: true },
  { id: 'waiting_on', title: SIDE_WORDS.waiting_on, width: '54px', right: true, sortable: true },
  { id: 'age', title: SIDE_WORDS.age, width: '64px', right: true, sortable: true },
  { id: 'own', title: SIDE_WORDS.own, width: '64px', right: true, sortable: true },
  { id: 'site', title: SIDE_WORDS.site, width: 'minmax(150px, 2fr)', sortable: true },
];
const STATES: readonly State[] = ['pending', 'running', 'waiting', 'paused', 'succeeded', 'failed', 'cancelled'];
/** Times and states are interesting from their far end first. */
const DESCENDING_FIRST: readonly DeferredColumn[] = ['age', 'own', 'wait'];

export function DeferredsTable(): ReactElement {
  const session = useSession();
  const event = useSessionState((state) => state.event);
  const selected = useSessionState((state) => state.selection.deferred);
  const [typed, setTyped] = useState('');
  const filter = useDeferredValue(typed.trim());
  const [state, setState] = useState<State | undefined>();
  const [sort, setSort] = useState<Sort<DeferredColumn>>({ column: 'deferred', descending: false });

  const query = queryOf(filter, state, sort);
  const rows = useRowsAnswer<DeferredPage>(
    `deferreds ${JSON.stringify(query)}@${event}`, (core, offset, number) => core.deferreds({ ...query, offset, count: number }));
  const at = (row: number): DeferredRow | undefined => rows.page?.rows[row - rows.offset];
  const total = rows.page?.total ?? 0;
  const chosen = rows.page?.rows.findIndex((each) => each.deferred === selected) ?? -1;
  return (
    <div className="table-panel">
      <div className="table-tools">
        <input
          type="search" value={typed} placeholder={WORDS.filter} aria-label={WORDS.filterLabel} spellCheck={false}
          onChange={(change) => { setTyped(change.target.value); }}
        />
        <select
          value={state ?? ''} aria-label={WORDS.stateLabel}
          onChange={(change) => { setState(STATES.find((each) => each === change.target.value)); }}
        >
          <option value="">{WORDS.anyState}</option>
          {STATES.map((each) => <option key={each} value={each}>{each}</option>)}
        </select>
        <span className="table-count" role="status">{rows.page === undefined ? '' : plural(total, 'Deferred')}</span>
      </div>
      <VirtualTable
        label={WORDS.tabDeferreds} columns={COLUMNS} count={total} onSlice={rows.onSlice}
        empty={rows.page === undefined ? WORDS.loading : filter === '' && state === undefined ? WORDS.noDeferreds : WORDS.noRows} sort={sort}
        onSort={(column) => { setSort((before) => sortedBy(before, column)); }}
        chosen={chosen < 0 ? undefined : chosen + rows.offset}
        onChoose={(row) => {
          const found = at(row);
          if (found !== undefined) void session.selectDeferred(found.deferred);
        }}
        cell={(row, column) => cellOf(at(row), column)}
      />
    </div>
  );
}

function queryOf(filter: string, state: State | undefined, sort: Sort<DeferredColumn>): Omit<DeferredQuery, 'offset' | 'count'> {
  return {
    sort: sort.column, descending: sort.descending,
    ...(filter === '' ? {} : { filter }), ...(state === undefined ? {} : { state }),
  };
}

function sortedBy(before: Sort<DeferredColumn>, column: DeferredColumn): Sort<DeferredColumn> {
  return before.column === column
    ? { column, descending: !before.descending } : { column, descending: DESCENDING_FIRST.includes(column) };
}

function cellOf(row: DeferredRow | undefined, column: DeferredColumn): ReactNode {
  if (row === undefined) return '';
  switch (column) {
    case 'deferred': return `#${row.deferred}`;
    case 'label': return <span title={`${row.label} (${row.type})`}>{row.label}</span>;
    case 'state': return <StateMark state={row.state} />;
    case 'age': return duration(nanoseconds(row.age_ns));
    case 'own': return time(row.own_ns);
    case 'wait': return time(row.wait_ns);
    case 'waiting_on': return row.waiting_on === 0 ? '' : `#${row.waiting_on}`;
    case 'site': return <span title={row.site}>{row.site}</span>;
  }
}

/** Nothing for no time, so that the ones that took some stand out. */
function time(ns: string): string {
  const value = nanoseconds(ns);
  return value === 0n ? '' : duration(value);
}
