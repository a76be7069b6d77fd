# SPDX-License-Identifier: MIT
"""Does a ring's rotation show? The longest turns of a busy reactor, with and without a ring.

    python benchmarks/rotation.py [--rounds 5] [--seconds 5]

One process a round and way; the ways take turns, so that all see the same machine. A turn makes
and fires 100 Deferreds, then asks for the next turn; 20,000 others never fire, and are told again
in each segment. Garbage collection is off: its pauses are longer than anything measured here.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WAYS = {"untracked": None, "one file": "", "ring of 8M": "8M", "ring of 64M": "64M"}


def busy(seconds: float, path: str, ring: str | None) -> None:
    from twisted.internet import defer, reactor

    if ring is not None:
        import reactortrack

        reactortrack.record(path, ring=ring or None)
    kept = [defer.Deferred() for _ in range(20_000)]
    turns: list[float] = []
    end = time.perf_counter() + seconds
    last = time.perf_counter()

    def turn() -> None:
        nonlocal last
        for number in range(100):
            d = defer.Deferred()
            d.addCallback(str)
            d.addCallback(len)
            d.callback(number)
        now = time.perf_counter()
        turns.append(now - last)
        last = now
        if now < end:
            reactor.callLater(0, turn)
        else:
            reactor.stop()

    gc.disable()
    reactor.callWhenRunning(turn)
    reactor.run()
    turns.sort()
    segments = len(os.listdir(path)) if ring else 0
    newest = max(os.listdir(path)) if segments else ""
    print(
        json.dumps(
            {
                "turns": len(turns),
                "median": turns[len(turns) // 2],
                "p99.9": turns[len(turns) * 999 // 1000],
                "longest": turns[-1],
                "rotations": int(newest.partition(".")[0] or 1) - 1 if newest else 0,
                "kept": len(kept),
            }
        )
    )


def measure(way: str, seconds: float) -> dict[str, float]:
    ring = WAYS[way]
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, __file__, "--child", str(seconds), str(Path(folder) / "x.rtlog")]
        if ring is not None:
            words.append(ring)
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        busy(float(sys.argv[2]), sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else None)
        return
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=5)
    given = options.parse_args()
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(given.rounds):
        for way in WAYS:
            found[way].append(measure(way, given.seconds))
    print(f"load {os.getloadavg()[0]:.1f}; times in us, medians of {given.rounds} rounds")
    print(f"{'':14}{'turn':>8}{'99.9 %':>9}{'longest':>10}{'least longest':>15}{'rotations':>11}")
    for way, all_rounds in found.items():

        def middle(key: str, rounds: list[dict[str, float]] = all_rounds) -> float:
            return statistics.median(each[key] for each in rounds)

        least = min(each["longest"] for each in all_rounds)
        print(
            f"{way:14}{middle('median') * 1e6:8.0f}{middle('p99.9') * 1e6:9.0f}"
            f"{middle('longest') * 1e6:10.0f}{least * 1e6:15.0f}{middle('rotations'):11.0f}"
        )


main()
