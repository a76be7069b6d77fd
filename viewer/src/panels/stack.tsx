// SPDX-License-Identifier: MIT
//
// The stack of an event: read from its line of JSON, and only when somebody opens it. Below it stand those
// who awaited the code that ran then.
import { type ReactElement, useState } from 'react';
import { Collapsible } from '@base-ui/react/collapsible';
import { useAnswer } from '../session';
import { CopyButton } from './copy_button';
import { type Frame, framesOf, frameText } from './frames';
import { plural } from './figures';
import { WORDS } from './words';

export function StackOf({ event }: { readonly event: number }): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <Collapsible.Root className="stack" open={open} onOpenChange={setOpen}>
      <Collapsible.Trigger className="link disclosure">{WORDS.stack}</Collapsible.Trigger>
      <Collapsible.Panel>{open ? <Frames event={event} /> : null}</Collapsible.Panel>
    </Collapsible.Root>
  );
}

function Frames({ event }: { readonly event: number }): ReactElement {
  const answer = useAnswer(`stack ${event}`, (core) => core.event(event)).value;
  if (answer === undefined) return <p className="quiet">{WORDS.loading}</p>;
  const frames = framesOf(answer.line);
  const awaiters = answer.awaited_by.map((awaiter) => `${WORDS.awaitedBy} ${awaiter}`);
  if (frames.length === 0) return <p className="quiet">{WORDS.noStack}</p>;
  return (
    <div className="frames">
      <div className="frames-head">
        <span className="note">{plural(frames.length, 'frame')}, {WORDS.innermostFirst}</span>
        <CopyButton text={[...frames.map(frameText), ...awaiters].join('\n')} label={WORDS.copyStack} />
      </div>
      <ol>{frames.map((frame, at) => <FrameLine key={at} frame={frame} />)}</ol>
      {awaiters.length === 0 ? null
        : <ul className="awaiters">{awaiters.map((line, at) => <li key={at} title={line}>{line}</li>)}</ul>}
    </div>
  );
}

function FrameLine({ frame }: { readonly frame: Frame }): ReactElement {
  return (
    <li title={frameText(frame)} className={frame.library ? 'library' : ''}>
      <span className="frame-place">{frame.shortFile}:{frame.line}</span> <span className="function">{frame.function}</span>
    </li>
  );
}
