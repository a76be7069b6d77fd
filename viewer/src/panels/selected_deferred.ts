// SPDX-License-Identifier: MIT
//
// The facts of the selected Deferred as of the present event.
import { type Asked, type DeferredFacts, useAnswer, useSessionState } from '../session';

export function useSelectedDeferred(): Asked<DeferredFacts | undefined> & { readonly serial: number | undefined } {
  const serial = useSessionState((state) => state.selection.deferred);
  const event = useSessionState((state) => state.event);
  const asked = useAnswer(
    serial === undefined ? undefined : `deferred ${serial}@${event}`,
    (core) => serial === undefined ? Promise.resolve(undefined) : core.deferred(serial));
  // The answer about the one that was selected before is none about this one.
  return { ...asked, value: asked.value?.deferred === serial ? asked.value : undefined, serial };
}
