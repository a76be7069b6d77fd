// SPDX-License-Identifier: MIT
//
// Nanoseconds as core writes them, and as people read them.

export type Nanoseconds = bigint;

export function nanoseconds(text: string | number | undefined): Nanoseconds {
  if (text === undefined || text === '') return 0n;
  return typeof text === 'number' ? BigInt(Math.trunc(text)) : BigInt(text);
}

/** "1.234 s", "56 ms", "7.8 us": three figures, the unit that suits. */
export function duration(time: Nanoseconds): string {
  const negative = time < 0n ? '-' : '';
  const size = time < 0n ? -time : time;
  const [unit, per]: readonly [string, number] =
    size >= 1_000_000_000n ? ['s', 1e9]
    : size >= 1_000_000n ? ['ms', 1e6]
    : size >= 1_000n ? ['us', 1e3]
    : ['ns', 1];
  const value = Number(size) / per;
  const text = per === 1 ? String(size) : value >= 100 ? value.toFixed(0) : value.toPrecision(3);
  return `${negative}${text} ${unit}`;
}
