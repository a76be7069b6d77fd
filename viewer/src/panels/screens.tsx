// SPDX-License-Identifier: MIT
//
// What stands in the place of the map while there is none: open or drop a file, reading, and what
// went wrong.
import { type ReactElement } from 'react';
import { Progress } from '@base-ui/react/progress';
import { command, give, useSession, useSessionState } from '../session';
import { plural, size } from './figures';
import { WORDS } from './words';

/** Nothing when the map is to be shown. */
export function Screen(): ReactElement | null {
  const phase = useSessionState((state) => state.phase);
  switch (phase) {
    case 'empty': return <OpenScreen />;
    case 'reading': return <ReadingScreen />;
    case 'failed': return <FailedScreen />;
    case 'ready': return null;
  }
}

function ChooseButton({ text }: { readonly text: string }): ReactElement {
  const session = useSession();
  return <button type="button" className="button primary" onClick={() => { give(session, command('open')); }}>{text}</button>;
}

function OpenScreen(): ReactElement {
  return (
    <div className="screen">
      <h1>{WORDS.dropTitle}</h1>
      <p>{WORDS.dropHint}</p>
      <ChooseButton text={WORDS.choose} />
      <p className="quiet">{WORDS.howToRecord} <code>{WORDS.recordCommand}</code></p>
      <p className="quiet">{WORDS.private}</p>
    </div>
  );
}

function ReadingScreen(): ReactElement {
  const name = useSessionState((state) => state.name);
  const { bytesRead, bytesTotal, events } = useSessionState((state) => state.progress);
  const share = bytesTotal === undefined || bytesTotal === 0 ? null : Math.min(100, (bytesRead / bytesTotal) * 100);
  return (
    <div className="screen">
      <h1>{WORDS.readingTitle} {name}</h1>
      <Progress.Root className="progress" value={share} aria-label={`${WORDS.readingTitle} ${name}`}>
        <Progress.Track className="progress-track"><Progress.Indicator className="progress-bar" /></Progress.Track>
      </Progress.Root>
      <p className="quiet">
        {size(bytesRead)}{bytesTotal === undefined ? '' : ` of ${size(bytesTotal)}`}, {plural(events, 'event')}
      </p>
    </div>
  );
}

function FailedScreen(): ReactElement {
  const failure = useSessionState((state) => state.failure);
  return (
    <div className="screen" role="alert">
      <h1>{failure?.title}</h1>
      <p>{failure?.detail}</p>
      <ChooseButton text={WORDS.failedAgain} />
    </div>
  );
}
