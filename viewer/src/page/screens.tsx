// SPDX-License-Identifier: MIT
//
// What stands in the map's place while there is none: open a file, wait for it, or why not.
import type { ReactElement } from 'react';
import { type Progress, useSession, useSessionState } from '../session';

export function Screen(): ReactElement | null {
  const phase = useSessionState((state) => state.phase);
  switch (phase) {
    case 'empty': return <OpenScreen />;
    case 'reading': return <ReadingScreen />;
    case 'failed': return <FailureScreen />;
    case 'ready': return null;
  }
}

function OpenScreen(): ReactElement {
  return (
    <div className="screen">
      <h1>Open a recording</h1>
      <p>
        Drop a file here: what <code>reactortrack run</code> wrote (<code>.rtlog</code>), or the
        lines of a <code>JSONMonitor</code>.
      </p>
      <OpenButton />
      <p className="quiet">The file stays on this machine. Nothing is sent anywhere.</p>
    </div>
  );
}

function ReadingScreen(): ReactElement {
  const name = useSessionState((state) => state.name);
  const progress = useSessionState((state) => state.progress);
  const live = useSessionState((state) => state.live);
  return (
    <div className="screen" role="status">
      <h1>{live && progress.events === 0 ? 'Waiting for the first event' : `Reading ${name}`}</h1>
      <progress {...(progress.bytesTotal === undefined ? {} : { max: progress.bytesTotal, value: progress.bytesRead })} />
      <p className="quiet">{progressText(progress)}</p>
    </div>
  );
}

function FailureScreen(): ReactElement {
  const failure = useSessionState((state) => state.failure);
  return (
    <div className="screen" role="alert">
      <h1>{failure?.title}</h1>
      <p>{failure?.detail}</p>
      <OpenButton />
    </div>
  );
}

function OpenButton(): ReactElement {
  const session = useSession();
  return (
    <button type="button" className="button" onClick={() => { session.page.openFile(); }}>
      Open recording…
    </button>
  );
}

function progressText({ bytesRead, bytesTotal, events }: Progress): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const of = bytesTotal === undefined ? '' : ` of ${megabytes(bytesTotal)}`;
  return `${megabytes(bytesRead)}${of} MB, ${events.toLocaleString('en')} events`;
}
