// SPDX-License-Identifier: MIT
//
// Search: the map dims what is not found. Enter selects the first one found, then the next.
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { useSession, useSessionState } from '../session';
import { CloseIcon, SearchIcon } from './icons';
import { foundText, WORDS } from './words';

const PAUSE_MS = 120;

export function SearchField(): ReactElement {
  const session = useSession();
  const search = useSessionState((state) => state.search);
  const ready = useSessionState((state) => state.phase === 'ready');
  const name = useSessionState((state) => state.name);
  const selected = useSessionState((state) => state.selection.deferred);
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const searched = useRef('');
  useEffect(() => { setTyped(''); searched.current = ''; }, [name]);
  useEffect(() => {
    const text = typed.trim();
    if (text === searched.current) return undefined;
    const timer = setTimeout(() => {
      searched.current = text;
      void session.search(text);
    }, text === '' ? 0 : PAUSE_MS);
    return () => { clearTimeout(timer); };
  }, [typed, session]);

  const onKeyDown = (key: KeyboardEvent): void => {
    if (key.key === 'Escape') {
      key.preventDefault();
      if (typed === '') document.querySelector<HTMLElement>('[data-map-focus]')?.focus();
      setTyped('');
    } else if (key.key === 'Enter' && search.deferreds.length > 0) {
      key.preventDefault();
      const at = search.deferreds.findIndex((each) => each.deferred === selected);
      const by = key.shiftKey ? -1 : 1;
      const next = search.deferreds[(at + by + search.deferreds.length) % search.deferreds.length];
      if (next !== undefined) void session.selectDeferred(next.deferred);
    }
  };
  return (
    <search className="search">
      <SearchIcon />
      <input
        ref={field} data-search type="text" value={typed} disabled={!ready} placeholder={WORDS.search} aria-label={WORDS.searchLabel}
        autoComplete="off" spellCheck={false} onChange={(change) => { setTyped(change.target.value); }} onKeyDown={onKeyDown}
      />
      <span className="search-count" role="status">{search.text === '' ? '' : foundText(search.count)}</span>
      {typed === '' ? null : (
        <button type="button" className="icon-button small" aria-label={WORDS.clearSearch} onClick={() => { setTyped(''); field.current?.focus(); }}><CloseIcon /></button>
      )}
    </search>
  );
}
