# SPDX-License-Identifier: MIT
"""A busy program to be killed: it marks numbers and says which ones were marked.

After each reactortrack.mark("n") the number n is put into a witness, a file of eight bytes that is
mapped, so that it is there however the program ends. In between it does what programs do with
Deferreds.
"""

from __future__ import annotations

import mmap
import os

import reactortrack
from twisted.internet.defer import Deferred, gatherResults, inlineCallbacks


def raise_it(number: int) -> int:
    if number % 17 == 0:
        raise ValueError(number)
    return number


@inlineCallbacks
def wait_for(deferred):
    result = yield deferred
    return result


def work(number: int, kept: list) -> None:
    deferred = Deferred()
    deferred.addCallback(raise_it)
    deferred.addErrback(lambda failure: None)
    waiting = gatherResults([wait_for(deferred), Deferred()], consumeErrors=True)
    waiting.addErrback(lambda failure: None)
    deferred.callback(number)
    kept.append(waiting)
    if len(kept) > 300:
        del kept[:200]


def run(recording: str, witness: str, ring: str | None, ready: int) -> None:
    """Never returns. Writes a byte to `ready` when it has begun."""
    with open(witness, "r+b") as file:
        # One store of eight bytes; struct.pack_into() would write zeros first.
        seen = memoryview(mmap.mmap(file.fileno(), 8)).cast("Q")
    reactortrack.record(recording, ring=ring)
    number = 0
    kept: list[object] = []
    os.write(ready, b"1")
    while True:
        number += 1
        work(number, kept)
        reactortrack.mark(str(number))
        seen[0] = number
