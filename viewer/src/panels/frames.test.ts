// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { framesOf, frameText } from './frames';

const LINE = JSON.stringify({
  action: 'created', stack: [
    { file: '/venv/lib/python3.11/site-packages/twisted/internet/defer.py', line: 212, function: 'maybeDeferred' },
    { file: '/usr/lib/python3.11/asyncio/events.py', line: 80, function: 'Handle._run' },
    { file: '/home/me/shop/orders.py', line: 12, function: 'fetch' },
  ],
});

it('frames have the short path people know them by', () => {
  expect(framesOf(LINE).map((frame) => frame.shortFile)).toEqual(
    ['twisted/internet/defer.py', 'asyncio/events.py', 'shop/orders.py']);
});

it('the program’s own frames are told from libraries', () => {
  expect(framesOf(LINE).map((frame) => frame.library)).toEqual([true, true, false]);
});

it('a frame is copied with its whole path', () => {
  expect(framesOf(LINE).map(frameText)[2]).toBe('/home/me/shop/orders.py:12 in fetch');
});

it('a failure’s traceback is a stack too', () => {
  expect(framesOf('{"action":"failure","traceback":[{"file":"a.py","line":1,"function":"f"}]}')).toHaveLength(1);
});

it('lines without a stack, or that are no JSON, have no frames', () => {
  for (const line of ['{"action":"end"}', '', 'not json', '[]', '{"stack":7}', '{"stack":[3,null,{}]}', 'null']) {
    expect(framesOf(line)).toEqual([]);
  }
});
