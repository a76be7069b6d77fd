# SPDX-License-Identifier: MIT
"""Test suites of Twisted and of packages that use it: each test's outcome, plainly and recorded.

    python suites.py NAME [NAME...] --python PYTHON --reactortrack COMMAND [--engine native]

A NAME is what trial takes: twisted, treq.test, ... Tests whose outcome differs are run again on
their own, three times each way: what depends on the network or on the time differs from itself, and
is called flaky. A line a suite; exit status 1 when a test differs that is not flaky.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TIMES = 3

Outcomes = dict[str, list[str]]


class Suite:
    """How a suite is run."""

    def __init__(self, python: str, reactortrack: str, engine: str, packages: str) -> None:
        self.python, self.reactortrack, self.engine = python, reactortrack, engine
        self.environment = dict(os.environ)
        if packages:
            self.environment["PYTHONPATH"] = packages

    def run(self, names: list[str], recorded: bool) -> tuple[Outcomes, str]:
        """Each test's outcomes (a test may have several), and the last line trial said."""
        with tempfile.TemporaryDirectory(prefix="conformance-suite-") as folder:
            results = Path(folder) / "results.jsonl"
            command = [self.python, str(FOLDER / "trial_results.py"), str(results), *names]
            environment = dict(self.environment)
            if recorded and self.reactortrack:
                launch = [self.reactortrack, "run", "--engine", self.engine]
                command = [*launch, "-o", f"{folder}/x.rtlog", *command]
            elif recorded:  # what `run` does: the start-up hook looks for these
                environment["REACTORTRACK_OUT"] = f"{folder}/x.rtlog"
                environment["REACTORTRACK_ENGINE"] = self.engine
                environment["REACTORTRACK_STATUS"] = f"{folder}/status"
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, text=True
            )
            size = sum(file.stat().st_size for file in Path(folder).glob("*.rtlog"))
            if recorded and size == 0:
                raise SystemExit(f"{names}: nothing was recorded\n{done.stderr}")
            said = done.stdout.strip().splitlines()
            found: Outcomes = {}
            lines = results.read_text().splitlines() if results.exists() else []
            for line in lines:
                test, outcome = json.loads(line)
                found.setdefault(test, []).append(outcome)
            recording = f" ({size / 1e6:.1f} MB recorded)" if recorded else ""
            return found, (said[-1] if said else done.stderr[-300:]) + recording


def differing(plain: Outcomes, recorded: Outcomes) -> list[str]:
    tests = [*plain, *[test for test in recorded if test not in plain]]
    return [test for test in tests if plain.get(test) != recorded.get(test)]


def flaky(suite: Suite, test: str) -> bool:
    """True when, run alone, it has the same set of outcomes both ways, or differs from itself."""
    plain = [str(suite.run([test], False)[0]) for _ in range(TIMES)]
    recorded = [str(suite.run([test], True)[0]) for _ in range(TIMES)]
    return len(set(plain)) > 1 or set(plain) == set(recorded)


def compare(suite: Suite, name: str) -> bool:
    plain, said_plainly = suite.run([name], False)
    recorded, said = suite.run([name], True)
    counts = Counter(outcome for outcomes in recorded.values() for outcome in outcomes)
    different = differing(plain, recorded)
    print(f"{name}: {len(plain)} tests plainly, {len(recorded)} recorded; {dict(counts)}")
    print(f"    plainly:  {said_plainly}\n    recorded: {said}", flush=True)
    real = 0
    for test in different:
        is_flaky = flaky(suite, test)
        real += not is_flaky
        what = "flaky" if is_flaky else "DIFFERS"
        print(f"    {test}: {plain.get(test)} became {recorded.get(test)}: {what}", flush=True)
    print(f"    {len(different) - real} flaky, {real} different", flush=True)
    return real == 0 and len(plain) > 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument(
        "--reactortrack", default="reactortrack", help="the command; empty: by the hook alone"
    )
    parser.add_argument("--engine", default="native", choices=("native", "wrap"))
    parser.add_argument("--packages", default="", help="PYTHONPATH of the suites")
    options = parser.parse_args()
    suite = Suite(options.python, options.reactortrack, options.engine, options.packages)
    same = [compare(suite, name) for name in options.names]
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
