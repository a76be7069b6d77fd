// SPDX-License-Identifier: MIT
//
// Says to screen readers what a step has changed, and the finding that was gone to. Not while playing
// or dragging: only where the person comes to rest.
import { type ReactElement, useEffect, useState } from 'react';
import { findingAt, useSessionState } from '../session';
import { usePresentEvent } from './present_event';
import { actionWords } from './figures';
import { eventText } from './words';

const REST_MS = 350;

export function Announcer(): ReactElement {
  const present = usePresentEvent();
  const event = useSessionState((state) => state.event);
  const total = useSessionState((state) => state.eventTotal);
  const playing = useSessionState((state) => state.playing);
  const notice = useSessionState((state) => state.notice);
  const finding = useSessionState((state) => findingAt(state, state.finding));
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (playing || present === undefined || present.number !== event) return undefined;
    const what = event === 0 ? '' : `: ${present.subject} ${actionWords(present.action)} ${present.detail}`;
    const timer = setTimeout(() => { setSaid(`${eventText(event, total, undefined)}${what}`); }, REST_MS);
    return () => { clearTimeout(timer); };
  }, [present, event, total, playing]);
  return (
    <div className="for-readers">
      <p aria-live="polite" aria-atomic="true">{said}</p>
      <p role="status">{notice}</p>
      <p aria-live="polite" aria-atomic="true">{finding === undefined ? '' : `${finding.heading}: ${finding.message}`}</p>
    </div>
  );
}
