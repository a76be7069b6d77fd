# SPDX-License-Identifier: MIT
"""Does the recorder keep anything? The same programs, over and over, in one interpreter.

    python leaks.py [--engine native|wrap] [--programs 100] [--rounds 8]

After each round nothing of the programs may be left. Counted are Python's allocated blocks, objects
the garbage collector knows, references to what everything uses (None, True, Deferred, Failure), and
the process's own memory. The first rounds fill caches; from then on the plain run and the recorded
one must stand still. Exit status 1 when the last rounds grow.
"""

from __future__ import annotations

import argparse
import gc
import sys
from typing import Any

import stage
import worker
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

WARM = 3  # rounds that may grow


def own_memory_kb() -> int:
    """Of the process alone: the recording's pages belong to its file."""
    with open("/proc/self/status") as file:
        fields = dict(line.split(":", 1) for line in file)
    return int(fields["RssAnon"].split()[0])


def census() -> dict[str, int]:
    gc.collect()
    return {
        "blocks": sys.getallocatedblocks(),
        "objects": len(gc.get_objects()) + gc.get_freeze_count(),
        "None": sys.getrefcount(None),
        "Deferred": sys.getrefcount(Deferred),
        "Failure": sys.getrefcount(Failure),
        "memory KiB": own_memory_kb(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="native", choices=("plain", "native", "wrap"))
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=8)
    options = parser.parse_args()
    recording: Any = stage.make_recording(options.engine, 16)
    stage.prepare()
    seen: list[dict[str, int]] = []
    for number in range(options.rounds):
        operations = sum(worker.play_seed(seed, recording) for seed in range(options.programs))
        stage.seen.forget()
        recording.switch(False)
        seen.append(census())
        print(f"round {number}: {operations} operations,", seen[-1], flush=True)
    recording.close()
    rounds = options.rounds - WARM
    # What Python itself keeps of each program (the names of its classes, say) is a few blocks.
    growth = {key: (seen[-1][key] - seen[WARM - 1][key]) / rounds for key in seen[0]}
    print("growth per round:", {key: round(value, 1) for key, value in growth.items()})
    return 1 if growth["blocks"] > 50 or growth["objects"] > 10 or growth["memory KiB"] > 300 else 0


if __name__ == "__main__":
    sys.exit(main())
