# SPDX-License-Identifier: MIT
"""Writes docs/findings.md anew where it repeats others: the rules and what is said of known bugs.

    python tools/describe_cases.py [--reactortrack PATH]    runs each of tests/cases, too
    python tools/describe_cases.py --rules                  only the rules
    python tools/describe_cases.py --check                  status 1 when a rule differs

The rule of a kind stands above its detector in core/analysis.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
PAGE = ROOT / "docs" / "findings.md"
HEADING = "## What is said of 26 known bugs\n"
INTRODUCTION = """
`tests/cases` holds 26 small programs, each with one bug from a real report. Below is what a person\
 who knows the bug would want to be told, and what `findings` says (the files' names are cut).\
 `tests/journeys/test_cases.py` runs them all; `tools/describe_cases.py` wrote this.
"""


DETECTOR = re.compile(r"((?:^//[^\n]*\n)+)^void (find_\w+)\(const Look& look\)", re.MULTILINE)
KINDS = {
    "find_never_fired": "never-fired",
    "find_wait_cycles": "wait-cycle",
    "find_collected_pending": "collected-pending",
    "find_locks_held": "lock-held",
    "find_exhausted_pools": "pool-exhausted",
    "find_unhandled_failures": "unhandled-failure",
    "find_failure_traces": "failure-trace",
    "find_swallowed_failures": "failure-swallowed",
    "find_fired_twice": "fired-twice",
    "find_wrong_threads": "wrong-thread",
    "find_deep_recursion": "deep-recursion",
    "find_ineffective_cancels": "cancel-ineffective",
    "find_who_cancelled": "cancelled-by",
    "find_taken_results": "result-taken",
    "find_deferreds_as_values": "deferred-as-value",
    "find_unbalanced_pauses": "unbalanced-pause",
    "find_dropped_work": "dropped-work",
    "find_outliving": "outlives-owner",
    "find_context_leaks": "context-leak",
    "find_stopped_loops": "loop-stopped",
    "find_stuck_loops": "loop-stuck",
    "find_overlapping_loops": "loop-overlap",
    "find_blocked_reactor": "reactor-blocked",
    "find_starved_calls": "starved",
    "find_piles": "piling-up",
    "find_slow": "slow",
}


def rules() -> dict[str, str]:
    """The rule of each kind, in the words of the comment above its detector."""
    told = {}
    for source in (ROOT / "core" / "analysis").glob("*.cc"):
        for comment, detector in DETECTOR.findall(source.read_text()):
            lines = (line.removeprefix("//").strip() for line in comment.splitlines())
            told[KINDS[detector]] = " ".join(lines)
    return told


def with_rules(page: str) -> str:
    for kind, rule in rules().items():
        line = re.compile(rf"^\*\*{kind}\.\*\* .*$", re.MULTILINE)
        assert line.search(page), f"docs/findings.md does not tell of {kind}"
        told = f"**{kind}.** {rule}".replace("\\", r"\\")  # no group of the pattern is meant
        page = line.sub(told, page)
    return page


def findings(reactortrack: str, program: Path) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "case.rtlog"
        subprocess.run([reactortrack, "run", "-o", log, program], capture_output=True, check=False)
        read = subprocess.run(
            [reactortrack, "findings", "--json", log], capture_output=True, check=False
        )
    found: list[dict[str, Any]] = json.loads(read.stdout)
    return found


def best(case: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The finding that cites most of what must be cited; the most severe of several."""

    def cited(finding: dict[str, Any]) -> int:
        lines = {each["line"] for each in finding["sites"] if each["file"].endswith(case["file"])}
        return sum(bool(lines & set(case["lines"][role])) for role in case["cite"])

    fitting = [each for each in found if each["kind"] in case["kinds"]]
    return max(fitting, key=cited, default=None)


def describe(case: dict[str, Any], found: list[dict[str, Any]]) -> str:
    told = best(case, found)
    short = case["file"].split("_")[0] + ".py"
    if told is None:
        says = "says nothing"
    else:
        message = told["message"].replace(f"cases/{case['file']}", short)
        says = f"says ({told['kind']}): {message}"
    return f"""
**{case["title"]}** (`{case["file"]}`)

- should say: {case["say"]}
- {says}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes parts of docs/findings.md anew.")
    parser.add_argument("--reactortrack", default=shutil.which("reactortrack"))
    parser.add_argument("--rules", action="store_true", help="only the rules")
    parser.add_argument("--check", action="store_true", help="status 1 when a rule has changed")
    options = parser.parse_args()
    before = PAGE.read_text()
    page = with_rules(before)
    if options.check:
        return 0 if page == before else 1
    if not options.rules:
        cases = json.loads((CASES / "cases.json").read_text())
        command = options.reactortrack
        told = [describe(each, findings(command, CASES / each["file"])) for each in cases]
        page = page[: page.index(HEADING)] + HEADING + INTRODUCTION + "".join(told)
    PAGE.write_text(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
