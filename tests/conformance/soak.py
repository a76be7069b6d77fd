# SPDX-License-Identifier: MIT
"""A long recording: the process's own memory must not grow with the number of events.

    python soak.py [--events 100000000] [--engine native|wrap]

Deferreds are made, chained, failed, awaited and dropped without end, and ten lines said. The
recording is read by `reactortrack summary` and deleted in the end. Exit status 1 when the memory
grew by more than 4 MiB between the first tenth and the end, or when fewer events were recorded.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import reactortrack
from leaks import own_memory_kb
from twisted.internet import defer

EVENTS_PER_TURN = 36  # of turn(), as `reactortrack summary` counts them on Twisted 26.10


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


def count_events(path: str) -> int:
    command = os.path.join(os.path.dirname(sys.executable), "reactortrack")
    text = subprocess.check_output([command, "summary", "--json", path], text=True)
    return int(json.loads(text)["events"]["all"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000_000)
    parser.add_argument("--events-per-turn", type=float, default=EVENTS_PER_TURN)
    parser.add_argument("--engine", default="native", choices=("native", "wrap"))
    parser.add_argument("--keep", help="keep the recording there")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="conformance-soak-")
    path = options.keep or os.path.join(folder, "soak.rtlog")
    turns = -int(-options.events // options.events_per_turn)
    memory: list[int] = []
    started_s = time.monotonic()
    with reactortrack.record(path, engine=options.engine) as recording:
        for tenth in range(10):
            for number in range(tenth * turns // 10, (tenth + 1) * turns // 10):
                turn(number)
            memory.append(own_memory_kb())
            size = os.stat(recording.path).st_size
            seconds = time.monotonic() - started_s
            print(
                f"{(tenth + 1) * turns // 10:,} turns, {seconds:.0f} s, "
                f"own memory {memory[-1]:,} KiB, file {size / 1e6:,.0f} MB",
                flush=True,
            )
    events = count_events(recording.path)
    if not options.keep:
        os.unlink(recording.path)
    os.rmdir(folder)
    grew = memory[-1] - memory[0]
    print(f"{events:,} events; grew by {grew:,} KiB from the first tenth to the end")
    return 1 if grew > 4096 or events < options.events else 0


if __name__ == "__main__":
    sys.exit(main())
