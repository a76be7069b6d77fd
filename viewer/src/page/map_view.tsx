// SPDX-License-Identifier: MIT
//
// The map on the page: two canvases that the worker paints, and what the pointer does on them. Keys
// are taken by the tree beside it (panels/map_tree.tsx).
import { type ReactElement, type RefObject, useEffect, useRef, useState } from 'react';
import { devicePixel, draggedBy, type Point, wheelFactor } from '../canvas/geometry';
import type { CoreClient } from '../core/client';
import { type Session, type Size, useSession } from '../session';
import { Tooltip } from './tooltip';

const DRAG_PX = 4;

export function MapView({ client, onCanvases }: {
  readonly client: CoreClient;
  /** Called once, with canvases that the worker may take. */
  readonly onCanvases: (map: HTMLCanvasElement, ink: HTMLCanvasElement) => void;
}): ReactElement {
  const session = useSession();
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<HTMLCanvasElement>(null);
  const ink = useRef<HTMLCanvasElement>(null);
  const [pointer, setPointer] = useState<Point | undefined>();

  useEffect(() => {
    if (map.current !== null && ink.current !== null) onCanvases(map.current, ink.current);
  }, [onCanvases]);
  useEffect(() => box.current === null ? undefined : watchSize(session, box.current), [session]);
  useEffect(
    () => box.current === null ? undefined : watchPointer(session, client, box.current, setPointer),
    [session, client]);

  return (
    <div ref={box} className="map">
      <Canvases map={map} ink={ink} />
      <Tooltip pointer={pointer} />
    </div>
  );
}

/** Never drawn again: a canvas that was handed to a worker must stay the same element. */
function Canvases({ map, ink }: {
  readonly map: RefObject<HTMLCanvasElement | null>; readonly ink: RefObject<HTMLCanvasElement | null>;
}): ReactElement {
  return (
    <>
      <canvas ref={map} className="map-tiles" width={1} height={1} aria-hidden="true" />
      <canvas ref={ink} className="map-ink" width={1} height={1} aria-hidden="true" />
    </>
  );
}

function watchSize(session: Session, box: HTMLElement): () => void {
  const measure = (): void => {
    const ratio = window.devicePixelRatio;
    const { width, height } = box.getBoundingClientRect();
    const size: Size = { width, height, ratio };
    const known = session.state.size;
    if (known.width !== width || known.height !== height || known.ratio !== ratio) {
      session.dispatch({ do: 'size', size });
    }
  };
  const observer = new ResizeObserver(measure);
  observer.observe(box);
  window.addEventListener('resize', measure);
  measure();
  return () => {
    observer.disconnect();
    window.removeEventListener('resize', measure);
  };
}

/** Hover, click, double click, wheel and drag. Returns what ends it. */
function watchPointer(
  session: Session, client: CoreClient, box: HTMLElement, setPointer: (pointer: Point | undefined) => void,
): () => void {
  let drag: { from: Point; moved: boolean; last: Point } | undefined;
  let asking = false;
  let next: Point | undefined;

  const at = (event: MouseEvent): Point => {
    const { left, top } = box.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const pick = (point: Point): Promise<number | undefined> => {
    const pixel = devicePixel(point, session.state.size);
    return client.pick(pixel.x, pixel.y);
  };
  // One question at a time: of all the places the pointer passed, the last one counts.
  const hover = async (point: Point): Promise<void> => {
    next = point;
    if (asking) return;
    asking = true;
    while (next !== undefined) {
      const asked: Point = next;
      next = undefined;
      const node = await pick(asked);
      if (next === undefined) session.dispatch({ do: 'hover', node });
    }
    asking = false;
  };
  const leave = (): void => {
    next = undefined;
    setPointer(undefined);
    session.dispatch({ do: 'hover', node: undefined });
  };

  const listeners: { readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void } = {
    pointerdown: (event) => {
      if (event.button !== 0) return;
      const point = at(event);
      drag = { from: point, moved: false, last: point };
    },
    pointermove: (event) => {
      const point = at(event);
      if (drag === undefined) {
        setPointer({ x: event.clientX, y: event.clientY });
        void hover(point);
        return;
      }
      if (!drag.moved && Math.hypot(point.x - drag.from.x, point.y - drag.from.y) < DRAG_PX) return;
      if (!drag.moved) {
        box.setPointerCapture(event.pointerId);
        leave();
      }
      const { zoom } = session.state;
      session.dispatch({ do: 'zoom', zoom: draggedBy(zoom, point.x - drag.last.x, point.y - drag.last.y) });
      drag = { from: drag.from, moved: true, last: point };
    },
    pointerup: (event) => {
      const ended = drag;
      drag = undefined;
      if (ended === undefined || ended.moved) return;
      void pick(at(event)).then((node) => node === undefined ? undefined : session.selectNode(node));
    },
    pointercancel: () => { drag = undefined; },
    pointerleave: leave,
    dblclick: (event) => {
      void pick(at(event)).then((node) => node === undefined ? undefined : session.drillTo(node));
    },
    wheel: (event) => {
      event.preventDefault();
      const { x, y } = at(event);
      session.dispatch({ do: 'zoom-by', factor: wheelFactor(event.deltaY, event.deltaMode), x, y });
    },
  };
  for (const [name, listener] of Object.entries(listeners)) {
    box.addEventListener(name, listener as (event: Event) => void, { passive: false });
  }
  return () => {
    for (const [name, listener] of Object.entries(listeners)) {
      box.removeEventListener(name, listener as (event: Event) => void);
    }
  };
}
