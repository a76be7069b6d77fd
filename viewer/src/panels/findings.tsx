// SPDX-License-Identifier: MIT
//
// What is wrong in the recording, the gravest first. Choosing one takes the map, the details and the
// timeline there; its places lead to the events in which they come up.
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { type Finding, type FindingsPage, type Severity, useSession, useSessionState } from '../session';
import { type Group, groupsOf, kindsOf, type Placed } from './finding_groups';
import { count, plural } from './figures';
import { Place } from './place';
import { foundSummary, lookedText, shownOf, WORDS } from './words';

const AT_FIRST = 200;

export function Findings(): ReactElement {
  const findings = useSessionState((state) => state.findings);
  const looked = useSessionState((state) => state.looked);
  const event = useSessionState((state) => state.eventTotal);
  if (findings === undefined || findings.upto === 0) {
    return <p className="hint" role="status">{looked === undefined ? WORDS.looking : lookedText(looked.done, looked.pieces)}</p>;
  }
  return (
    <div className="findings">
      <h2 className="for-readers">{WORDS.tabFindings}</h2>
      {findings.total === 0 ? <Nothing /> : <Found page={findings} />}
      {findings.upto < event ? <p className="hint">{`${WORDS.lookedUpTo} ${count(findings.upto)}.`}</p> : null}
    </div>
  );
}

function Nothing(): ReactElement {
  return <div className="hint"><p role="status">{WORDS.nothingFound}</p><p>{WORDS.nothingFoundHint}</p></div>;
}

function Found({ page }: { readonly page: FindingsPage }): ReactElement {
  const [kind, setKind] = useState<string | undefined>();
  const [most, setMost] = useState(AT_FIRST);
  const selected = useSessionState((state) => state.finding);
  const list = useRef<HTMLDivElement>(null);
  const kinds = kindsOf(page.findings);
  const chosen = kinds.some((each) => each.kind === kind) ? kind : undefined;
  const groups = groupsOf(page.findings, chosen);
  const all = groups.flatMap((group) => group.findings);
  const place = all.findIndex((each) => each.place === selected);
  const shown = Math.max(most, place + 1);
  useSelectedInSight(list, selected);
  return (
    <>
      <div className="table-tools">
        <select
          value={chosen ?? ''} aria-label={WORDS.kindLabel}
          onChange={(change) => { setKind(change.target.value === '' ? undefined : change.target.value); }}
        >
          <option value="">{WORDS.anyKind}</option>
          {kinds.map((each) => <option key={each.kind} value={each.kind}>{`${each.heading} (${count(each.count)})`}</option>)}
        </select>
        <span className="table-count" role="status">{foundSummary(page)}</span>
      </div>
      <div ref={list} onKeyDown={onArrow}>
        <Groups groups={groups} most={shown} first={all[Math.max(0, place)]?.place} />
      </div>
      {all.length <= shown ? null : (
        <button type="button" className="button more" onClick={() => { setMost(shown + AT_FIRST); }}>{`${WORDS.showMore} (${count(all.length - shown)})`}</button>
      )}
      {page.total > page.findings.length ? <p className="hint">{shownOf(page.findings.length, page.total, 'finding')}</p> : null}
    </>
  );
}

function Groups({ groups, most, first }: {
  readonly groups: readonly Group[]; readonly most: number;
  /** The place of the one that Tab leads to. */
  readonly first: number | undefined;
}): ReactElement {
  let left = most;
  return (
    <>
      {groups.map((group) => {
        const shown = group.findings.slice(0, left);
        left -= shown.length;
        return shown.length === 0 ? null : (
          <section key={group.severity} className="section finding-group">
            <h3><span><SeverityMark severity={group.severity} />{WORDS.severities[group.severity]}</span><span className="note">{count(group.findings.length)}</span></h3>
            <ul>{shown.map((each) => <Item key={each.place} of={each} tabStop={each.place === first} />)}</ul>
          </section>
        );
      })}
    </>
  );
}

/** A sign and its colour; the word stands beside it. */
export function SeverityMark({ severity }: { readonly severity: Severity }): ReactElement {
  return <span className={`severity severity-${severity}`} aria-hidden="true">{{ error: '✕', warning: '!', info: 'i' }[severity]}</span>;
}

function Item({ of: { finding, place }, tabStop }: { readonly of: Placed; readonly tabStop: boolean }): ReactElement {
  const session = useSession();
  const selected = useSessionState((state) => state.finding === place);
  return (
    <li className={`finding severity-line-${finding.severity}${selected ? ' chosen' : ''}`}>
      <button
        type="button" data-finding tabIndex={tabStop ? 0 : -1} aria-current={selected}
        onClick={() => { void session.selectFinding(place); }}
      >
        <b>{finding.heading}</b>
        <span className="also">{finding.label}</span>
        {finding.count > 1 ? <span className="also">{`× ${count(finding.count)}`}</span> : null}
        <span className="message">{finding.message}</span>
      </button>
      {selected ? <Places finding={finding} /> : null}
    </li>
  );
}

function Places({ finding }: { readonly finding: Finding }): ReactElement {
  const session = useSession();
  return (
    <>
      <ul className="finding-places" aria-label={WORDS.places}>
        {finding.sites.map((site, at) => {
          const event = finding.site_events[at] ?? 0;
          const text = finding.site_places[at] ?? `${site.file}:${site.line} in ${site.function}`;
          return (
            <li key={`${site.role} ${at}`}>
              <span className="role">{site.role.replaceAll('-', ' ')}</span>
              {event === 0 ? <Place of={text} /> : (
                <button type="button" className="link" aria-label={text} onClick={() => { void session.goTo(event); }}><Place of={text} /></button>
              )}
              {event === 0 ? null : <span className="also number">{`@${count(event)}`}</span>}
            </li>
          );
        })}
      </ul>
      {finding.others.length === 0 ? null : (
        <p className="finding-others">
          <span className="role">{WORDS.alike}</span>
          {finding.others.map((other) => (
            <button key={other} type="button" className="link number" onClick={() => { void session.bringIntoSight(other); }}>{`#${other}`}</button>
          ))}
          {finding.count - 1 > finding.others.length ? <span className="also">{`of ${plural(finding.count - 1, 'more')}`.replace(/s$/, '')}</span> : null}
        </p>
      )}
    </>
  );
}

/** The arrow keys go from finding to finding; what they come to is the tab stop. */
function onArrow(key: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[key.key];
  const all = [...key.currentTarget.querySelectorAll<HTMLElement>('[data-finding]')];
  const at = all.findIndex((each) => each === document.activeElement);
  const to = key.key === 'Home' ? all[0] : key.key === 'End' ? all.at(-1) : by === undefined ? undefined : all[at + by];
  if (at < 0 || to === undefined || key.ctrlKey || key.altKey || key.metaKey) return;
  key.preventDefault();
  to.focus();
}

function useSelectedInSight(list: { readonly current: HTMLElement | null }, selected: number | undefined): void {
  useEffect(() => {
    if (selected === undefined) return;
    list.current?.querySelector<HTMLElement>('[aria-current="true"]')?.closest('li')?.scrollIntoView?.({ block: 'nearest' });
  }, [list, selected]);
}
