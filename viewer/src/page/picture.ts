// SPDX-License-Identifier: MIT
//
// The map as a file.
import { svgOf } from '../canvas/svg';
import type { CoreClient } from '../core/client';
import type { SessionState } from '../session';

export async function pictureOf(format: 'png' | 'svg', client: CoreClient, state: SessionState): Promise<Blob> {
  const picture = format === 'png' ? await client.png() : await svg(client, state);
  if (picture === undefined) throw new Error('there is no picture yet');
  return picture;
}

async function svg(client: CoreClient, state: SessionState): Promise<Blob | undefined> {
  const drawing = await client.drawing();
  if (drawing === undefined) return undefined;
  const title = `${state.name}, event ${state.event} of ${state.eventTotal}`;
  return new Blob([svgOf(drawing, title)], { type: 'image/svg+xml' });
}
