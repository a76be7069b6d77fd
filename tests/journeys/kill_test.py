# SPDX-License-Identifier: MIT
"""kill -9 at random moments of a busy program: nothing that was appended before is missing.

    python tests/journeys/kill_test.py 500 stream ring      500 times each way

The program says through memory of its own which marks were written (kill_program.py); each of the
newest marks up to that number must be in the recording, and the recording must read without an
error. Of a ring the older ones may be gone, the last two thirds of its size may not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import kill_program

RING = "4M"
RING_BYTES = 4 << 20


def command() -> str:
    beside = Path(sys.executable).parent / "reactortrack"
    return os.environ.get("REACTORTRACK_BIN") or str(beside)


def run_and_kill(folder: Path, way: str, seconds: float) -> tuple[Path, int]:
    """Kills the program so long after it has begun. Returns its recording and its last mark."""
    recording = folder / "x.rtlog"
    witness = folder / "witness"
    witness.write_bytes(bytes(8))
    is_ready, ready = os.pipe()
    child = os.fork()  # not a new interpreter each time: that would take most of the time
    if child == 0:
        try:
            kill_program.run(str(recording), str(witness), RING if way == "ring" else None, ready)
        finally:
            os._exit(1)
    os.close(ready)
    os.read(is_ready, 1)
    os.close(is_ready)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, "the program ended by itself"
    (last,) = struct.unpack("=Q", witness.read_bytes())
    return recording, last


def marks_in(recording: Path) -> list[int]:
    done = subprocess.run(
        [command(), "events", "--json", "--kind", "mark", str(recording)],
        capture_output=True,
        text=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or "truncated" not in done.stderr:
        raise AssertionError(f"{recording}: {done.returncode}: {done.stderr}")
    return [int(each["text"]) for each in told if each["action"] == "mark"]


def check(recording: Path, last: int, way: str) -> int:
    """Returns how many marks there are. Raises AssertionError when one is missing."""
    marks = marks_in(recording)
    if not marks:
        assert last == 0, f"{recording}: no mark, but {last} were written"
        return 0
    # One may have been written whose number had not been put down yet.
    assert marks[-1] in (last, last + 1), f"{recording}: ends with {marks[-1]}, not {last}"
    assert marks == list(range(marks[0], marks[-1] + 1)), f"{recording}: one in between is missing"
    if way == "stream":
        assert marks[0] == 1, f"{recording}: begins with mark {marks[0]}"
    else:
        size = sum(each.stat().st_size for each in recording.iterdir())
        assert size <= RING_BYTES, f"{recording}: {size} bytes on disk"
        check_lone_segments(recording)
    return len(marks)


def check_lone_segments(recording: Path) -> None:
    newest = sorted(recording.iterdir())[-2:][0]
    done = subprocess.run([command(), "summary", str(newest)], capture_output=True, text=True)
    assert done.returncode == 0, f"{newest}: {done.stderr}"


def one(seed: int, way: str, most_seconds: float) -> int:
    seconds = random.Random(seed).uniform(0, most_seconds)
    folder = Path(tempfile.mkdtemp(prefix="reactortrack-kill-"))
    recording, last = run_and_kill(folder, way, seconds)
    count = check(recording, last, way)  # what fails is left for a look
    shutil.rmtree(folder)
    return count


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("times", type=int)
    options.add_argument("ways", nargs="+", choices=["stream", "ring"])
    options.add_argument("--seconds", type=float, default=0.5, help="the latest moment")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    for way in given.ways:
        total = 0
        for number in range(given.times):
            total += one(given.seed + number, way, given.seconds)
            if sys.stderr.isatty():
                print(f"\r{way} {number + 1}/{given.times}", end="", file=sys.stderr)
        print(f"{way}: {given.times} times killed, {total} marks, none missing", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
