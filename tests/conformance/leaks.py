# SPDX-License-Identifier: MIT
"""Does the recorder keep anything? The same programs, over and over, in one interpreter.

    python leaks.py [--engine native|wrap] [--programs 100] [--rounds 8]

After each round nothing of the programs may be left. Counted are Python's allocated blocks, objects
the garbage collector knows, references to what everything uses (None, Deferred, Failure), and the
process's own memory. The first rounds fill caches. The programs themselves leave something behind
(classes, lines of source), so the recorded run is held against a plain one: exit status 1 when it
leaves more.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
from typing import Any

import stage
import worker
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

WARM = 3  # rounds that may grow
#: What recording may leave behind of a program: less than one object, 1 KiB of tables.
LIMITS = {"blocks": 0.5, "objects": 0.2, "None": 0.5, "Deferred": 0.1, "memory KiB": 1.0}


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


def growth(engine: str, programs: int, rounds: int) -> dict[str, float]:
    """What each further round leaves behind."""
    recording: Any = stage.make_recording(engine, 16)
    stage.prepare()
    seen: list[dict[str, int]] = []
    for number in range(rounds):
        operations = sum(worker.play_seed(seed, recording) for seed in range(programs))
        stage.seen.forget()
        recording.switch(False)
        seen.append(census())
        print(f"{engine}, round {number}: {operations} operations,", seen[-1], file=sys.stderr)
    recording.close()
    return {key: (seen[-1][key] - seen[WARM - 1][key]) / (rounds - WARM) for key in seen[0]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="native", choices=("native", "wrap"))
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--only", help="print the growth of one of the two runs, as JSON")
    options = parser.parse_args()
    if options.only:
        print(json.dumps(growth(options.only, options.programs, options.rounds)))
        return 0
    grown = []
    for engine in ("plain", options.engine):
        command = [sys.executable, *sys.argv, "--only", engine]
        grown.append(json.loads(subprocess.check_output(command)))
        print(f"{engine}: each round leaves", {k: round(v, 1) for k, v in grown[-1].items()})
    plain, recorded = grown
    more = {key: round(recorded[key] - plain[key], 1) for key in plain}
    print("more than plainly:", more)
    return 1 if any(more[key] > limit * options.programs for key, limit in LIMITS.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
