// SPDX-License-Identifier: MIT
//
// Numbers as people read them. Durations come from session, which has them of core's nanoseconds.

/** "1,234". */
export function count(number: number): string {
  return Math.trunc(number).toLocaleString('en-US');
}

/** "1 event", "1,234 events". */
export function plural(number: number, one: string, many: string = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** "812 bytes", "81.9 kB": powers of ten, three figures, as the commands print sizes. */
export function size(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = '';
  for (const next of units) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${unit}`;
}

/** "fired again": as the kinds of events are read out. */
export function actionWords(action: string): string {
  return action.replaceAll('_', ' ');
}

/** A whole number typed by a person, within the limits; undefined when it is none. */
export function typedNumber(text: string, least: number, most: number): number | undefined {
  const digits = text.replaceAll(/[\s,_]/g, '');
  if (!/^\d+$/.test(digits)) return undefined;
  return Math.max(least, Math.min(Number(digits), most));
}
