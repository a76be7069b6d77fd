// SPDX-License-Identifier: MIT
//
// A table of any length, of which only the rows in sight are drawn. One tab stop; arrow and page
// keys move the active row, Enter chooses it. Where rows are: virtual_rows.ts.
import {
  type CSSProperties, type KeyboardEvent, type ReactElement, type ReactNode, useCallback, useEffect, useId,
  useLayoutEffect, useRef, useState,
} from 'react';
import {
  isScaled, type Rows, scrollOfTop, sliceAt, topOfScroll, topToShow, trackHeight, within,
} from './virtual_rows';

export interface Column<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** Of CSS's grid-template-columns: "5rem", "minmax(8rem, 2fr)". */
  readonly width: string;
  readonly right?: boolean;
  readonly sortable?: boolean;
}

export interface Sort<Id extends string> {
  readonly column: Id;
  readonly descending: boolean;
}

export interface VirtualTableProps<Id extends string> {
  readonly label: string;
  readonly columns: readonly Column<Id>[];
  readonly count: number;
  /** undefined: not known yet. */
  readonly cell: (row: number, column: Id) => ReactNode;
  readonly rowClass?: (row: number) => string;
  /** Tells which rows are in sight, so that they can be asked for. */
  readonly onSlice: (first: number, count: number) => void;
  readonly onChoose: (row: number) => void;
  /** This row is the one chosen elsewhere; it is brought into sight when it changes. */
  readonly chosen: number | undefined;
  readonly sort?: Sort<Id>;
  readonly onSort?: (column: Id) => void;
  readonly empty: string;
}

export const ROW_HEIGHT = 22;
const HEADER_HEIGHT = 24;

export function VirtualTable<Id extends string>(props: VirtualTableProps<Id>): ReactElement {
  const { label, columns, count, chosen } = props;
  const id = useId();
  const { scroller, rows, top, moveTo } = useRows(count);
  const [active, setActive] = useState(0);
  const slice = sliceAt(rows, top);

  const { onSlice } = props;
  useEffect(() => { onSlice(slice.first, slice.count); }, [onSlice, slice.first, slice.count]);
  useEffect(() => {
    if (chosen === undefined) return;
    setActive(chosen);
    if (rows.viewHeight === 0) return;
    moveTo((before) => topToShow(rows, before, chosen));
    // Only when the choice changes: otherwise nobody could scroll away from it.
  }, [chosen, rows.viewHeight > 0]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(rows.viewHeight / ROW_HEIGHT) - 1);
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page,
      Home: 0, End: count - 1 }[event.key];
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && event.target === event.currentTarget;
    if (!plain || count === 0) return;
    if (event.key === 'Enter') props.onChoose(Math.min(active, count - 1));
    else if (to !== undefined) {
      const row = Math.max(0, Math.min(to, count - 1));
      setActive(row);
      moveTo((before) => topToShow(rows, before, row));
    } else return;
    event.preventDefault();
  };

  const style: CSSProperties & Record<'--columns', string> = { '--columns': columns.map((each) => each.width).join(' ') };
  const drawn = Array.from({ length: slice.count }, (_, at) => slice.first + at);
  return (
    <div
      ref={scroller} className="table" role="grid" tabIndex={0} aria-label={label} aria-rowcount={count + 1}
      aria-colcount={columns.length} style={style} onKeyDown={onKeyDown}
      aria-activedescendant={drawn.includes(active) ? `${id}-${active}` : undefined}
    >
      <div role="presentation" className="table-wide">
        <div role="rowgroup" className="table-head">
          <Header {...props} />
        </div>
        <div role="rowgroup" className="table-track" style={{ height: trackHeight(rows) }}>
          <div role="presentation" className="table-view" style={{ top: HEADER_HEIGHT, height: rows.viewHeight }}>
            {count === 0 ? <EmptyRow text={props.empty} columns={columns.length} /> : null}
            {drawn.map((row) => (
              <div
                key={row} id={`${id}-${row}`} role="row" aria-rowindex={row + 2} aria-selected={row === chosen}
                className={`table-row${row === active ? ' active' : ''}${row === chosen ? ' chosen' : ''} ${props.rowClass?.(row) ?? ''}`}
                style={{ top: slice.offset + (row - slice.first) * ROW_HEIGHT }}
                onClick={() => { setActive(row); props.onChoose(row); }}
              >
                {columns.map((column) => (
                  <div key={column.id} role="gridcell" className={`cell${column.right === true ? ' right' : ''}`}>
                    {props.cell(row, column.id)}
                  </div>
                ))}
              </div>
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

function EmptyRow({ text, columns }: { readonly text: string; readonly columns: number }): ReactElement {
  return <div role="row" className="table-empty"><div role="gridcell" aria-colspan={columns}>{text}</div></div>;
}

function Header<Id extends string>({ columns, sort, onSort }: VirtualTableProps<Id>): ReactElement {
  return (
    <div role="row" aria-rowindex={1} className="table-header" style={{ height: HEADER_HEIGHT }}>
      {columns.map((column) => {
        const sorted = sort?.column === column.id;
        const order = !sorted ? undefined : sort.descending ? 'descending' : 'ascending';
        return (
          <div
            key={column.id} role="columnheader" className={`cell${column.right === true ? ' right' : ''}`}
            aria-sort={column.sortable === true ? order ?? 'none' : undefined}
          >
            {column.sortable === true ? (
              <button type="button" onClick={() => { onSort?.(column.id); }}>
                {column.title}<span className="sort-mark" aria-hidden="true">{sorted ? (sort.descending ? '▼' : '▲') : ''}</span>
              </button>
            ) : column.title}
          </div>
        );
      })}
    </div>
  );
}

interface Scrolled {
  readonly scroller: (element: HTMLDivElement | null) => void;
  readonly rows: Rows;
  readonly top: number;
  readonly moveTo: (next: (before: number) => number) => void;
}

/** Keeps `top` and the scrollbar together, whichever of them moves. */
function useRows(count: number): Scrolled {
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [viewHeight, setViewHeight] = useState(0);
  const [wanted, setTop] = useState(0);
  const rows: Rows = { count, rowHeight: ROW_HEIGHT, viewHeight };
  const top = within(rows, wanted);
  const current = useRef({ rows, top });
  current.current = { rows, top };

  // The scrollbar follows `top` only where we moved it: while a person drags the bar, it is ahead.
  const follow = useRef(true);
  const moveTo = useCallback((next: (before: number) => number) => {
    follow.current = true;
    setTop((before) => within(current.current.rows, next(within(current.current.rows, before))));
  }, []);

  useEffect(() => {
    if (element === null) return undefined;
    const measure = (): void => { setViewHeight(Math.max(0, element.clientHeight - HEADER_HEIGHT)); };
    const onScroll = (): void => {
      // What moveTo scrolled to comes back as an event; rounding would move the rows.
      const { rows: now, top: at } = current.current;
      // A new height comes with a scroll of the browser's own; `top` holds, not the scrollbar.
      if (now.viewHeight !== element.clientHeight - HEADER_HEIGHT) return;
      if (Math.abs(element.scrollTop - scrollOfTop(now, at)) > 1) setTop(topOfScroll(now, element.scrollTop));
    };
    const onWheel = (event: WheelEvent): void => {
      const { rows: now } = current.current;
      if (!isScaled(now) || event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * ROW_HEIGHT
        : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? event.deltaY * now.viewHeight : event.deltaY;
      follow.current = true;
      setTop((before) => within(now, within(now, before) + pixels / ROW_HEIGHT));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
    };
  }, [element]);

  useLayoutEffect(() => { follow.current = true; }, [count, viewHeight]);
  useLayoutEffect(() => {
    if (element === null || !follow.current) return;
    follow.current = false;
    const scroll = scrollOfTop(current.current.rows, current.current.top);
    if (Math.abs(element.scrollTop - scroll) > 1) element.scrollTop = scroll;
  }, [element, top, count, viewHeight]);
  return { scroller: setElement, rows, top, moveTo };
}
