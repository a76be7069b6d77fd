// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { actionWords, count, plural, size, typedNumber } from './figures';

it('counts are grouped by thousands', () => {
  expect(count(0)).toBe('0');
  expect(count(10_000_000)).toBe('10,000,000');
  expect(plural(1, 'event')).toBe('1 event');
  expect(plural(2000, 'event')).toBe('2,000 events');
});

it('sizes have three figures, as the commands print them', () => {
  expect(size(1)).toBe('1 byte');
  expect(size(999)).toBe('999 bytes');
  expect(size(81_920)).toBe('81.9 kB');
  expect(size(999_600)).toBe('1.00 MB');
  expect(size(12_300_000_000)).toBe('12.3 GB');
});

it('kinds of events are read as words', () => {
  expect(actionWords('call_scheduled')).toBe('call scheduled');
});

it('a typed number may be grouped, and stays within what there is', () => {
  expect(typedNumber('12,345', 0, 100_000)).toBe(12_345);
  expect(typedNumber(' 7 ', 0, 100)).toBe(7);
  expect(typedNumber('999', 0, 100)).toBe(100);
  for (const text of ['', '-1', '1.5', '#12', 'end']) expect(typedNumber(text, 0, 100)).toBeUndefined();
});
