# SPDX-License-Identifier: MIT
"""A busy program to be killed: it marks numbers and says which ones were marked.

    python kill_program.py RECORDING WITNESS [RING]

After each reactortrack.mark("n") the number n is put into WITNESS, eight bytes that are mapped, so
that it is there however the program ends. In between it does what programs do with Deferreds.
"""

from __future__ import annotations

import mmap
import struct
import sys

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


def main() -> None:
    recording, witness, *ring = sys.argv[1:]
    with open(witness, "r+b") as file:
        seen = mmap.mmap(file.fileno(), 8)
    reactortrack.record(recording, ring=ring[0] if ring else None)
    number, kept = 0, []
    print("ready", flush=True)
    while True:
        number += 1
        work(number, kept)
        reactortrack.mark(str(number))
        struct.pack_into("<Q", seen, 0, number)


main()
