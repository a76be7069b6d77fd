// SPDX-License-Identifier: MIT
//
// What is known of the recording as a whole: complete or cut off, growing, what is missing, which
// engine watched. And the short word of what was done last.
import { type ReactElement } from 'react';
import { type RecordingFacts, useSessionState } from '../session';
import { plural } from './figures';
import { brokenText, growingText, lostText, strangeText, warningText, WORDS } from './words';

export function StatusLine(): ReactElement {
  const facts = useSessionState((state) => state.facts);
  const live = useSessionState((state) => state.live);
  const name = useSessionState((state) => state.name);
  const notice = useSessionState((state) => state.notice);
  return (
    <footer className="status" aria-label={WORDS.status}>
      <span className="status-name" title={facts?.title}>{name}</span>
      {facts === undefined ? null : <Facts facts={facts} live={live} />}
      <span className="status-notice">{notice}</span>
    </footer>
  );
}

function Facts({ facts, live }: { readonly facts: RecordingFacts; readonly live: boolean }): ReactElement {
  const error = facts.error;
  const warning = facts.warnings[0];
  const note = facts.info['engine_note'] ?? '';
  const kind = error !== null ? 'bad' : facts.ending === 'truncated' ? 'warning' : live ? 'live' : 'good';
  return (
    <>
      <span className={`status-ending ${kind}`} title={facts.ending_text}>
        {live ? growingText(facts.events) : error === null ? facts.ending_text : <b className="bad">{brokenText(placeText(error), error.cause)}</b>}
      </span>
      {warning === undefined ? null : (
        <span className="warning" title={facts.warnings.map((each) => warningText(placeText(each), each.cause, 0)).join('\n')}>
          {warningText(placeText(warning), warning.cause, facts.warning_count - 1)}
        </span>
      )}
      {facts.lost === 0 ? null : <span className="warning">{lostText(facts.lost)}</span>}
      {facts.strange === 0 ? null : <span className="warning">{strangeText(facts.strange)}</span>}
      <span>{plural(facts.deferreds, 'Deferred')}</span>
      {facts.duration === '' ? null : <span>{facts.duration}</span>}
      {facts.info['engine'] === undefined ? null : (
        <span title={note}>engine {facts.info['engine']}{note === '' ? '' : `: ${note}`}</span>
      )}
    </>
  );
}

/** Where in the file: a line of JSON lines, else a byte. */
export function placeText(place: { readonly offset: number; readonly line: number }): string {
  return place.line > 0 ? `line ${place.line}` : `byte ${place.offset}`;
}
