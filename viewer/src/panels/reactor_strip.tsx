// SPDX-License-Identifier: MIT
//
// The reactor below the timeline, on the same scale: its turns as blocks as long as they were busy, and
// the stretches in which it was blocked, each a button that goes to what blocked it.
import { type KeyboardEvent, type PointerEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { duration, isDark, nanoseconds, type ReactorFacts, useAnswer, useSession, useSessionState } from '../session';
import { usePresentEvent } from './present_event';
import { type Mark, marksOf, spansOf, timeAt, whatIsAt } from './reactor_marks';
import { useWidth } from './scrubber';
import { blockedText, bucketText, reactorText, turnText } from './words';

const BUCKET_PX = 2;
const LEAST_MARK_PX = 5;

export function ReactorStrip(): ReactElement {
  const session = useSession();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const upto = useSessionState((state) => state.findings?.upto);
  const buckets = Math.max(1, Math.floor(width / BUCKET_PX));
  // When core has looked: before that, the first picture is what everybody waits for.
  const reactor = useAnswer(
    width === 0 || upto === undefined ? undefined : `reactor ${buckets} ${upto}`, (core) => core.reactor(buckets)).value;
  const [pointer, setPointer] = useState<number | undefined>();
  const at = (move: PointerEvent): number => {
    const { left, width: wide } = move.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min((move.clientX - left) / Math.max(1, wide), 1));
  };
  const go = async (place: number): Promise<void> => {
    if (reactor === undefined) return;
    session.dispatch({ do: 'go', event: await session.core.eventAtTime(String(timeAt(reactor, place))) });
  };
  return (
    <div
      ref={box} className="reactor" role="group" aria-label={reactor === undefined ? reactorText(undefined) : reactorText(reactor)}
      onPointerMove={(move) => { setPointer(at(move)); }} onPointerLeave={() => { setPointer(undefined); }}
      onPointerUp={(up) => { if (up.button === 0 && !(up.target instanceof HTMLButtonElement)) void go(at(up)); }}
    >
      {reactor === undefined ? null : (
        <>
          <Turns reactor={reactor} width={width} />
          <Marks marks={marksOf(reactor, LEAST_MARK_PX / Math.max(1, width))} />
          <Present reactor={reactor} />
          {pointer === undefined ? null : <Tip reactor={reactor} place={pointer} width={width} />}
        </>
      )}
    </div>
  );
}

/** One tab stop; the arrow keys go from one to the next. */
function Marks({ marks }: { readonly marks: readonly Mark[] }): ReactElement {
  const session = useSession();
  const [active, setActive] = useState(0);
  const stop = Math.min(active, marks.length - 1);
  const onKeyDown = (key: KeyboardEvent<HTMLElement>): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[key.key];
    const next = by === undefined ? undefined : key.currentTarget.querySelectorAll('button')[stop + by];
    if (by === undefined || next === undefined) return;
    key.preventDefault();
    setActive(stop + by);
    next.focus();
  };
  return (
    <div onKeyDown={onKeyDown}>
      {marks.map((mark, at) => (
        <button
          key={mark.left} type="button" className="reactor-blocked" tabIndex={at === stop ? 0 : -1}
          aria-label={blockedText(mark)} style={{ left: `${mark.left * 100}%`, width: `${(mark.right - mark.left) * 100}%` }}
          onClick={() => {
            setActive(at);
            const longest = mark.stretches[0];
            if (longest !== undefined) void session.goTo(longest.event);
          }}
        />
      ))}
    </div>
  );
}

function Tip({ reactor, place, width }: {
  readonly reactor: ReactorFacts; readonly place: number; readonly width: number;
}): ReactElement {
  const mark = marksOf(reactor, LEAST_MARK_PX / Math.max(1, width)).find((each) => each.left <= place && place <= each.right);
  const { turn, bucket } = whatIsAt(reactor, place);
  const text = mark !== undefined ? blockedText(mark) : turn !== undefined ? turnText(turn) : bucket !== undefined ? bucketText(bucket) : '';
  const time = duration(timeAt(reactor, place));
  return (
    <span className={`scrubber-time reactor-tip${place > 0.5 ? ' left' : ''}`} style={{ left: `${place * 100}%` }} aria-hidden="true">
      {text === '' ? time : `${time}: ${text}`}
    </span>
  );
}

function Present({ reactor }: { readonly reactor: ReactorFacts }): ReactElement | null {
  const present = usePresentEvent();
  const started = useSessionState((state) => state.event > 0);
  const first = nanoseconds(reactor.first_ns);
  const span = Number(nanoseconds(reactor.last_ns) - first);
  if (!started || present === undefined || span <= 0) return null;
  const place = Math.max(0, Math.min(Number(nanoseconds(present.time_ns) - first) / span, 1));
  return <span className="reactor-cursor" style={{ left: `${place * 100}%` }} aria-hidden="true" />;
}

function Turns({ reactor, width }: { readonly reactor: ReactorFacts; readonly width: number }): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useSessionState(isDark);
  const ratio = useSessionState((state) => state.size.ratio);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined) return;
    const height = element.clientHeight;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    context.fillStyle = getComputedStyle(element).getPropertyValue('--busy');
    for (const { left, right, busy } of spansOf(reactor)) {
      if (busy === 0) continue;
      // A turn of a moment still shows; the busier a bucket, the taller.
      const tall = Math.max(2, busy * (height - 2));
      context.fillRect(left * width, height - tall, Math.max(1, (right - left) * width - 0.5), tall);
    }
  }, [reactor, width, dark, ratio]);
  return <canvas ref={canvas} className="scrubber-bars" aria-hidden="true" />;
}
