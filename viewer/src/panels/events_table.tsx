// SPDX-License-Identifier: MIT
//
// All events of the recording, one row each; the present one is chosen, choosing another goes there.
import { type ReactElement, type ReactNode } from 'react';
import { type EventFacts, useSession, useSessionState } from '../session';
import { actionWords, count } from './figures';
import { useRowsAnswer } from './rows_answer';
import { type Column, VirtualTable } from './virtual_table';
import { SIDE_WORDS, WORDS } from './words';

type EventColumn = 'number' | 'time' | 'subject' | 'action' | 'detail' | 'place';

const COLUMNS: readonly Column<EventColumn>[] = [
  { id: 'number', title: SIDE_WORDS.number, width: '78px', right: true },
  { id: 'time', title: SIDE_WORDS.time, width: '88px', right: true },
  { id: 'subject', title: SIDE_WORDS.subject, width: '66px' },
  { id: 'action', title: SIDE_WORDS.action, width: '86px' },
  { id: 'detail', title: SIDE_WORDS.detail, width: 'minmax(150px, 2fr)' },
  { id: 'place', title: SIDE_WORDS.place, width: 'minmax(130px, 1fr)' },
];

export function EventsTable(): ReactElement {
  const session = useSession();
  const event = useSessionState((state) => state.event);
  const total = useSessionState((state) => state.eventTotal);
  // Rows are counted from 0, events from 1.
  const rows = useRowsAnswer('events', (core, first, number) => core.events(first + 1, number));
  const at = (row: number): EventFacts | undefined => rows.page?.events[row - rows.offset];
  return (
    <VirtualTable
      label={WORDS.tabEvents} columns={COLUMNS} count={total} onSlice={rows.onSlice} empty={WORDS.noEvents}
      chosen={event > 0 ? event - 1 : undefined} onChoose={(row) => { session.dispatch({ do: 'go', event: row + 1 }); }}
      rowClass={(row) => at(row)?.bad === true ? 'bad' : ''}
      cell={(row, column) => cellOf(row, at(row), column)}
    />
  );
}

function cellOf(row: number, event: EventFacts | undefined, column: EventColumn): ReactNode {
  if (column === 'number') return count(row + 1);
  if (event === undefined) return '';
  return column === 'action' ? actionWords(event.action) : <span title={event[column]}>{event[column]}</span>;
}
