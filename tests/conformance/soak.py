# SPDX-License-Identifier: MIT
"""A long recording: the process's own memory must not grow with the number of events.

    python soak.py [--events 100000000] [--engine native|wrap]

Deferreds are made, chained, failed, awaited and dropped without end. A line every few million
events; the recording is deleted in the end. Exit status 1 when the memory grew by more than 4 MiB
between the first tenth and the end.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time

import reactortrack
from leaks import own_memory_kb
from twisted.internet import defer

EVENTS_PER_TURN = 34  # counted once, by `reactortrack summary` of a recording that was kept


def turn(number: int) -> None:
    """One of everything."""
    outer, inner = defer.Deferred(), defer.Deferred()
    outer.addCallback(lambda _: inner).addCallbacks(str, str).addErrback(str)
    outer.callback(number)
    inner.callback(number)
    failing: defer.Deferred[int] = defer.Deferred()
    failing.addCallback(lambda value: value / 0).addErrback(lambda failure: None)
    failing.callback(number)

    async def waits() -> int:
        return await defer.succeed(number)

    defer.ensureDeferred(waits()).addCallback(lambda value: value + 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000_000)
    parser.add_argument("--events-per-turn", type=float, default=EVENTS_PER_TURN)
    parser.add_argument("--engine", default="native", choices=("native", "wrap"))
    parser.add_argument("--keep", help="keep the recording there")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="conformance-soak-")
    path = options.keep or os.path.join(folder, "soak.rtlog")
    turns = int(options.events / options.events_per_turn)
    memory: list[int] = []
    started_s = time.monotonic()
    with reactortrack.record(path, engine=options.engine) as recording:
        for tenth in range(10):
            for number in range(turns // 10):
                turn(number)
            memory.append(own_memory_kb())
            size = os.stat(recording.path).st_size
            seconds = time.monotonic() - started_s
            print(
                f"{(tenth + 1) * turns // 10:,} turns, {seconds:.0f} s, "
                f"own memory {memory[-1]:,} KiB, file {size / 1e6:,.0f} MB",
                flush=True,
            )
    if not options.keep:
        os.unlink(recording.path)
    os.rmdir(folder)
    print(f"grew by {memory[-1] - memory[0]:,} KiB from the first tenth to the end")
    return 1 if memory[-1] - memory[0] > 4096 else 0


if __name__ == "__main__":
    sys.exit(main())
