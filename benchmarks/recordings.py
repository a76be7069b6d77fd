# SPDX-License-Identifier: MIT
"""How large recordings are, and how fast they are read.

The events of a recording are counted by `reactortrack`, the command, so that a recorder which
records nothing is not mistaken for a fast one.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

GZIP_LEVEL = 6  # what the gzip command uses unless told otherwise


@dataclass(frozen=True)
class Size:
    name: str
    event_count: int
    raw_bytes: int
    gzip_bytes: int

    @property
    def raw_per_event(self) -> float:
        return self.raw_bytes / self.event_count

    @property
    def gzip_per_event(self) -> float:
        return self.gzip_bytes / self.event_count

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "raw_per_event": self.raw_per_event,
            "gzip_per_event": self.gzip_per_event,
        }


def find_command() -> str | None:
    """The native command: that of this environment, else the first on the path."""
    beside = Path(sys.executable).parent / "reactortrack"
    if os.access(beside, os.X_OK):
        return str(beside)
    return shutil.which("reactortrack")


def summary(command: str, path: Path) -> dict[str, Any]:
    done = subprocess.run([command, "summary", "--json", str(path)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"reactortrack summary {path}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def size_of(command: str, name: str, path: Path) -> Size:
    content = path.read_bytes()
    return Size(
        name=name,
        event_count=int(summary(command, path)["events"]["all"]),
        raw_bytes=len(content),
        gzip_bytes=len(gzip.compress(content, GZIP_LEVEL)),
    )


@dataclass(frozen=True)
class Reading:
    how: str
    events_per_s: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_by_summary(command: str, path: Path, rounds: int) -> Reading:
    """The whole command, from start to exit: reading, replaying, adding up, printing."""
    event_count = int(summary(command, path)["events"]["all"])
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        summary(command, path)
        seconds.append(time.perf_counter() - began)
    return Reading("reactortrack summary", event_count / statistics.median(seconds))


def read_by_log_benchmark(build: Path) -> list[Reading]:
    """What benchmarks/log_benchmark.cc says, when it has been built."""
    binary = build / "benchmarks" / "log_benchmark"
    if not os.access(binary, os.X_OK):
        return []
    done = subprocess.run(
        [str(binary), "--benchmark_format=json"], capture_output=True, text=True, check=True
    )
    return [
        Reading(f"log_benchmark {run['name']}", run["items_per_second"])
        for run in json.loads(done.stdout)["benchmarks"]
        if "items_per_second" in run
    ]
