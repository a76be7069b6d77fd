// SPDX-License-Identifier: MIT
//
// The timeline: how many events happened when, and the present one, which can be dragged. A slider
// for the keyboard and for screen readers.
import { type KeyboardEvent, type PointerEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { duration, type Histogram, isDark, nanoseconds, useAnswer, useSession, useSessionState } from '../session';
import { usePresentEvent } from './present_event';
import { bars, eventAtPlace, eventByKey, placeOfEvent } from './timeline';
import { eventText, WORDS } from './words';

const BAR_PX = 3;

export function Scrubber(): ReactElement {
  const session = useSession();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const buckets = Math.max(1, Math.floor(width / BAR_PX));
  const histogram = useAnswer(width === 0 ? undefined : `histogram ${buckets}`, (core) => core.histogram(buckets)).value;
  const event = useSessionState((state) => state.event);
  const total = useSessionState((state) => state.eventTotal);
  const present = usePresentEvent();
  const [pointer, setPointer] = useState<number | undefined>();
  const place = histogram === undefined ? 0 : placeOfEvent(histogram, event);

  const at = (move: PointerEvent): number => {
    const { left, width: wide } = move.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min((move.clientX - left) / Math.max(1, wide), 1));
  };
  const goTo = (to: number): void => {
    if (histogram !== undefined) session.dispatch({ do: 'go', event: eventAtPlace(histogram, to) });
  };
  const onKeyDown = (key: KeyboardEvent): void => {
    const to = key.ctrlKey || key.altKey || key.metaKey || key.shiftKey ? undefined : eventByKey(key.key, event, total);
    if (to === undefined) return;
    key.preventDefault();
    session.dispatch({ do: 'go', event: to });
  };
  return (
    <div
      ref={box} className="scrubber" role="slider" tabIndex={0} aria-label={WORDS.timeline} aria-orientation="horizontal"
      aria-valuemin={0} aria-valuemax={total} aria-valuenow={event}
      aria-valuetext={eventText(event, total, event > 0 ? present?.time : undefined)} onKeyDown={onKeyDown}
      onPointerDown={(down) => {
        if (down.button !== 0) return;
        down.currentTarget.setPointerCapture(down.pointerId);
        goTo(at(down));
      }}
      onPointerMove={(move) => {
        setPointer(at(move));
        if (move.currentTarget.hasPointerCapture(move.pointerId)) goTo(at(move));
      }}
      onPointerLeave={() => { setPointer(undefined); }}
    >
      {histogram === undefined ? null : <Bars histogram={histogram} place={place} width={width} />}
      <span className="scrubber-cursor" style={{ left: `${place * 100}%` }} aria-hidden="true" />
      {histogram === undefined || pointer === undefined ? null : <PointerTime histogram={histogram} place={pointer} total={total} />}
    </div>
  );
}

function PointerTime({ histogram, place, total }: {
  readonly histogram: Histogram; readonly place: number; readonly total: number;
}): ReactElement {
  const first = nanoseconds(histogram.first_ns);
  const span = Number(nanoseconds(histogram.last_ns) - first);
  const text = `${duration(first + BigInt(Math.round(span * place)))}, ${eventText(eventAtPlace(histogram, place), total, undefined)}`;
  return (
    <span className={`scrubber-time${place > 0.5 ? ' left' : ''}`} style={{ left: `${place * 100}%` }} aria-hidden="true">{text}</span>
  );
}

/** Drawn, not built of elements: a thousand bars and more. */
function Bars({ histogram, place, width }: {
  readonly histogram: Histogram; readonly place: number; readonly width: number;
}): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useSessionState(isDark);
  const ratio = useSessionState((state) => state.size.ratio);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined) return;
    const style = getComputedStyle(element);
    const colour = (name: string): string => style.getPropertyValue(name);
    const height = element.clientHeight;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    const all = bars(histogram);
    const wide = width / all.length;
    all.forEach((bar, index) => {
      const tall = bar.height === 0 ? 0 : Math.max(2, bar.height * (height - 2));
      const past = (index + 0.5) / all.length <= place;
      context.fillStyle = colour(past ? '--bar-past' : '--bar');
      context.fillRect(index * wide, height - tall, Math.max(1, wide - 1), tall);
      if (bar.failed === 0) return;
      const failed = Math.max(3, bar.failed * (height - 2));
      context.fillStyle = colour('--bar-failed');
      context.fillRect(index * wide, height - failed, Math.max(1, wide - 1), failed);
    });
  }, [histogram, place, width, dark, ratio]);
  return <canvas ref={canvas} className="scrubber-bars" aria-hidden="true" />;
}

export function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => { setWidth(element.clientWidth); });
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => { observer.disconnect(); };
  }, [box]);
  return width;
}
