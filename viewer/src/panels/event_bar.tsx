// SPDX-License-Identifier: MIT
//
// The present event: buttons to step, its number, what it says to people, and its line as recorded.
import { type FormEvent, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { Tooltip } from '@base-ui/react/tooltip';
import { command, type CurrentEvent, give, SPEEDS, useSession, useSessionState } from '../session';
import { useAppWindow } from './app_window';
import { CopyButton } from './copy_button';
import { actionWords, count, typedNumber } from './figures';
import { EndIcon, NextIcon, PauseIcon, PlayIcon, PreviousIcon, StartIcon } from './icons';
import { ariaKeys, keyHere } from './keys_here';
import { usePresentEvent } from './present_event';
import { ofTotal, WORDS } from './words';

export function EventBar(): ReactElement {
  const present = usePresentEvent();
  const started = useSessionState((state) => state.event > 0);
  return (
    <div className="event-bar">
      <div className="event-top">
        <StepButtons />
        <EventNumber />
        <p className={`event-sentence${present?.bad === true ? ' bad' : ''}`}>
          {!started ? <span className="quiet">{WORDS.beforeFirst}</span> : present === undefined ? '' : <Sentence event={present} />}
        </p>
      </div>
      <div className="event-line" data-event={present?.number}>
        <code title={started ? present?.line : undefined}>{started ? present?.line ?? '' : ''}</code>
        {started && present !== undefined ? <CopyButton text={present.line} label={WORDS.copyLine} /> : null}
      </div>
    </div>
  );
}

function Sentence({ event }: { readonly event: CurrentEvent }): ReactElement {
  const session = useSession();
  const { deferred } = event;
  return (
    <>
      <span className="time">{event.time} s</span>
      {deferred === undefined ? <b>{event.subject}</b> : (
        <button type="button" className="link" onClick={() => { void session.selectDeferred(deferred); }}><b>{event.subject}</b></button>
      )}
      {event.subject === '' ? '' : ' '}<b>{actionWords(event.action)}</b> <span className="detail">{event.detail}</span>
      {event.place === '' ? null : <span className="place">{event.place}</span>}
    </>
  );
}

function StepButtons(): ReactElement {
  const playing = useSessionState((state) => state.playing);
  return (
    <div className="steps" role="toolbar" aria-label={WORDS.toolbar}>
      <Tooltip.Provider delay={400}>
        <StepButton id="start"><StartIcon /></StepButton>
        <StepButton id="previous"><PreviousIcon /></StepButton>
        <StepButton id="play">{playing ? <PauseIcon /> : <PlayIcon />}</StepButton>
        <StepButton id="next"><NextIcon /></StepButton>
        <StepButton id="end"><EndIcon /></StepButton>
      </Tooltip.Provider>
      <Speed />
    </div>
  );
}

/** Stays focusable when it can't be used, so that the focus isn't lost at the last event. */
function StepButton({ id, children }: { readonly id: string; readonly children: ReactNode }): ReactElement {
  const session = useSession();
  const given = command(id);
  const appWindow = useAppWindow();
  const enabled = useSessionState(given.enabled);
  const pressed = useSessionState((state) => given.checked?.(state));
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        className="icon-button" aria-label={given.title} aria-disabled={!enabled} aria-pressed={pressed}
        aria-keyshortcuts={ariaKeys(given.keys, appWindow)} onClick={() => { give(session, given); }}
      >{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="tip-positioner">
          <Tooltip.Popup className="tip">{given.title} <kbd>{keyHere(given.keys, appWindow)}</kbd></Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

function Speed(): ReactElement {
  const session = useSession();
  const speed = useSessionState((state) => state.speed);
  return (
    <select
      className="speed" value={speed} aria-label={WORDS.speed} title={WORDS.speed}
      onChange={(change) => { session.dispatch({ do: 'speed', speed: Number(change.target.value) }); }}
    >
      {SPEEDS.map((each) => <option key={each} value={each}>{each}/s</option>)}
    </select>
  );
}

/** "event [12] of 345": typing a number goes there. */
function EventNumber(): ReactElement {
  const session = useSession();
  const event = useSessionState((state) => state.event);
  const total = useSessionState((state) => state.eventTotal);
  const [typed, setTyped] = useState<string | undefined>();
  useEffect(() => { setTyped(undefined); }, [event]);
  const go = (submit: FormEvent): void => {
    submit.preventDefault();
    const to = typedNumber(typed ?? '', 0, total);
    setTyped(undefined);
    if (to !== undefined) session.dispatch({ do: 'go', event: to });
  };
  return (
    <form className="event-number" onSubmit={go}>
      <label htmlFor="event-number">event</label>
      <input
        id="event-number" inputMode="numeric" autoComplete="off" aria-label={WORDS.eventNumber}
        style={{ width: `${Math.max(3, count(total).length) + 1}ch` }} value={typed ?? count(event)}
        onChange={(change) => { setTyped(change.target.value); }} onBlur={() => { setTyped(undefined); }}
        onFocus={(focus) => { focus.target.select(); }}
        onKeyDown={(key) => { if (key.key === 'Escape') setTyped(undefined); }}
      />
      <span>{ofTotal(total)}</span>
    </form>
  );
}
