# SPDX-License-Identifier: MIT
"""Test suites of Twisted and of packages that use it: each test's outcome, plainly and recorded.

    python suites.py NAME [NAME...] --python PYTHON --reactortrack COMMAND [--engine native]

A NAME is what trial takes: twisted, treq.test, ... Tests whose outcome differs are run again on
their own, three times each way: what depends on the network or on the time differs from itself, and
is called flaky. A line a suite; exit status 1 when a test differs that is not flaky.

With --pytest, pytest runs the NAMEs in place of trial: for packages whose tests are functions.
--keep FOLDER leaves each run's outcomes, trial's report and the recording there. --together runs
both ways at the same time, for suites that spend theirs waiting.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

FOLDER = Path(__file__).resolve().parent
TIMES = 3
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")

Outcomes = dict[str, list[str]]


def read_trial(results: Path) -> Outcomes:
    found: Outcomes = {}
    for line in results.read_text().splitlines() if results.exists() else []:
        test, outcome = json.loads(line)
        found.setdefault(test, []).append(outcome)
    return found


def read_pytest(results: Path) -> Outcomes:
    """JUnit's XML, each test by the name that pytest --pyargs runs it by."""
    found: Outcomes = {}
    for case in ElementTree.parse(results).iter("testcase") if results.exists() else []:
        parts = case.get("classname", "").rpartition("site-packages.")[2].split(".")
        modules = list(itertools.takewhile(str.islower, parts))
        test = "::".join([".".join(modules), *parts[len(modules) :], case.get("name", "")])
        said = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        found.setdefault(test, []).extend(said or ["passed"])
    return found


class Suite:
    """How a suite is run."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.python, self.reactortrack = options.python, options.reactortrack
        self.engine, self.pytest = options.engine, options.pytest
        packages = options.packages
        self.environment = dict(os.environ)
        if packages:
            self.environment["PYTHONPATH"] = packages

    def run(
        self, names: list[str], recorded: bool, keep: Path | None = None
    ) -> tuple[Outcomes, str]:
        """Each test's outcomes (a test may have several), and the last line trial said.

        `keep` is a folder for what the run leaves behind.
        """
        with tempfile.TemporaryDirectory(prefix="conformance-suite-") as folder:
            results = Path(folder) / ("results.xml" if self.pytest else "results.jsonl")
            command = [self.python, str(FOLDER / "trial_results.py"), str(results), *names]
            if self.pytest:
                command = [self.python, *PYTEST, f"--junitxml={results}", "--pyargs", *names]
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
            recordings = list(Path(folder).glob("*.rtlog"))
            size = sum(file.stat().st_size for file in recordings)
            if recorded and size == 0:
                raise SystemExit(f"{names}: nothing was recorded\n{done.stderr}")
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / "report.txt").write_text(done.stdout + done.stderr)
                for file in (*recordings, *Path(folder).glob("results.*")):
                    shutil.copy2(file, keep)
            said = done.stdout.strip().splitlines()
            found = read_pytest(results) if self.pytest else read_trial(results)
            recording = f" ({size / 1e6:.1f} MB recorded)" if recorded else ""
            return found, (said[-1] if said else done.stderr[-300:]) + recording

    def run_both_ways(self, name: str, together: bool, keep: str) -> list[tuple[Outcomes, str]]:
        def one(recorded: bool) -> tuple[Outcomes, str]:
            way = "recorded" if recorded else "plain"
            return self.run([name], recorded, Path(keep) / name / way if keep else None)

        with ThreadPoolExecutor(2 if together else 1) as pool:
            return list(pool.map(one, (False, True)))


def differing(plain: Outcomes, recorded: Outcomes) -> list[str]:
    tests = [*plain, *[test for test in recorded if test not in plain]]
    return [test for test in tests if plain.get(test) != recorded.get(test)]


def flaky(suite: Suite, test: str) -> bool:
    """True when, run alone, it has the same set of outcomes both ways, or differs from itself."""
    plain = [str(suite.run([test], False)[0]) for _ in range(TIMES)]
    recorded = [str(suite.run([test], True)[0]) for _ in range(TIMES)]
    return len(set(plain)) > 1 or set(plain) == set(recorded)


def compare(suite: Suite, name: str, together: bool, keep: str) -> bool:
    (plain, said_plainly), (recorded, said) = suite.run_both_ways(name, together, keep)
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
        "--reactortrack",
        default=str(Path(sys.executable).with_name("reactortrack")),
        help="the command; empty: by the hook alone",
    )
    parser.add_argument("--engine", default="native", choices=("native", "wrap"))
    parser.add_argument("--packages", default="", help="PYTHONPATH of the suites")
    parser.add_argument(
        "--keep", default="", metavar="FOLDER", help="leave each run's output there"
    )
    parser.add_argument("--together", action="store_true", help="both ways at the same time")
    parser.add_argument("--pytest", action="store_true", help="run by pytest, not by trial")
    options = parser.parse_args()
    suite = Suite(options)
    same = [compare(suite, name, options.together, options.keep) for name in options.names]
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
