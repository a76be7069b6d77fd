# SPDX-License-Identifier: MIT
"""What the questions asked of a large recording cost: processor time and memory at their peak.

    python benchmarks/analysis.py [--events 10000000]

Two recordings, as different as they get: that of make_large_recording, a service with locks, loops,
threads and delayed calls, and that of tests/conformance/soak.py, which makes a Deferred every seven
events. The goals hold for 10 million events: findings in 5 s, in three times the file and 64 MB.
Exit status 1 when one is missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ROOT / "build/release/cli/reactortrack"
MAKE_LARGE = ROOT / "build/release/benchmarks/make_large_recording"
GOAL_S = 5.0


def measure(*command: str | Path) -> tuple[float, float, float]:
    """Seconds of processor time, seconds by the clock, MB of memory at the peak."""
    started_s = time.monotonic()
    child = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):  # 1: something was found
        sys.exit(f"{command[0]} {command[1]}: exit status {child.returncode}")
    took_s = time.monotonic() - started_s
    return usage.ru_utime + usage.ru_stime, took_s, usage.ru_maxrss * 1024 / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=10_000_000)
    events = parser.parse_args().events
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        large, soak = Path(folder, "large.rtlog"), Path(folder, "soak.rtlog")
        subprocess.run([MAKE_LARGE, large, "--events", str(events)], check=True)
        subprocess.run(
            [sys.executable, ROOT / "tests/conformance/soak.py",
             "--events", str(events), "--keep", soak],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        print(f"{'recording':<12}{'command':<10}{'CPU':>8}{'clock':>9}{'memory':>10}{'goal':>10}")
        for recording in (large, soak):
            goal_mb = 3 * recording.stat().st_size / 1e6 + 64
            for command in ("summary", "findings"):
                cpu_s, took_s, peak_mb = measure(COMMAND, command, recording)
                print(
                    f"{recording.stem:<12}{command:<10}{cpu_s:>6.1f} s{took_s:>7.1f} s"
                    f"{peak_mb:>7.0f} MB{goal_mb:>7.0f} MB"
                )
                missed |= peak_mb > goal_mb or cpu_s > GOAL_S
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
