// SPDX-License-Identifier: MIT
//
// Everything there is to say of the tile under the pointer. The map's labels are cut; this is not.
import { type ReactElement, useLayoutEffect, useRef, useState } from 'react';
import { besidePointer, type Point } from '../canvas/geometry';
import { useAnswer, useSessionState } from '../session';

export function Tooltip({ pointer }: { readonly pointer: Point | undefined }): ReactElement | null {
  const hover = useSessionState((state) => state.hover);
  const event = useSessionState((state) => state.event);
  const tile = useAnswer(
    hover === undefined ? undefined : `${hover}@${event}`,
    (core) => hover === undefined ? Promise.resolve(undefined) : core.tile(hover)).value;
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Point>({ x: 0, y: 0 });

  useLayoutEffect(() => {
    if (box.current === null || pointer === undefined) return;
    const { width, height } = box.current.getBoundingClientRect();
    setPlace(besidePointer(
      pointer, { w: width, h: height }, { w: window.innerWidth, h: window.innerHeight }));
  }, [pointer, tile]);

  if (pointer === undefined || hover === undefined || tile === undefined) return null;
  return (
    <div ref={box} className="tooltip" aria-hidden="true" style={{ left: place.x, top: place.y }}>
      <strong>{tile.glyph === '' ? tile.title : `${tile.glyph} ${tile.title}`}</strong>
      {tile.lines.map((line, at) => <span key={at}>{line}</span>)}
    </div>
  );
}
