# SPDX-License-Identifier: MIT
"""The differential test over Pythons, releases of Twisted, engines and depths of stacks.

    python matrix.py [--operations 10000000] [--pythons 3.9 3.13] [--releases 22.4.0 26.10.0]
                     [--log build/conformance/matrix.jsonl]

The operations are shared out: half of them to the newest pair, the rest evenly, and in each pair
to native and wrap, with stacks of 0 and 16 frames. Each result is a line of the log; more runs may
add to it (--first: other programs). Ends with the table of docs/conformance.md; exit status 1 when
anything in the log differed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from environments import (
    IMPOSSIBLE,
    PYTHONS,
    RELEASES,
    ROOT,
    build_package,
    find_python,
    make_environment,
)
from pair import Pair, PlainAnswers, Setting
from run import compare

SETTINGS = (
    Setting("native", 16),
    Setting("native", 0),
    Setting("wrap", 16),
    Setting("wrap", 0),
)


SANITIZERS = "-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1"


def combinations(pythons: list[str], releases: list[str]) -> list[tuple[str, str]]:
    found = [(p, r) for r in reversed(releases) for p in pythons if (p, r) not in IMPOSSIBLE]
    return [pair for pair in found if find_python(pair[0])]


def shares(pairs: list[tuple[str, str]], operations: int) -> dict[tuple[str, str], int]:
    """How many operations each pair of Python and release does."""
    if len(pairs) == 1:
        return {pairs[0]: operations}
    first = ("3.11", "26.10.0") if ("3.11", "26.10.0") in pairs else pairs[0]
    rest = operations // 2 // (len(pairs) - 1)
    return {pair: operations // 2 if pair == first else rest for pair in pairs}


def commit() -> str:
    return subprocess.check_output(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True
    ).strip()


def sanitizers_environment() -> dict[str, str]:
    """The sanitizers' library is loaded first, and sees each of Python's blocks by itself.

    Python does not give all back at its end, so leaks are looked for otherwise: leaks.py.
    """
    library = subprocess.check_output(["g++", "-print-file-name=libasan.so"], text=True).strip()
    return {
        "LD_PRELOAD": library,
        "PYTHONMALLOC": "malloc",
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "CONFORMANCE_UNLIMITED": "1",
    }


def run_pair(
    python: str, release: str, operations: int, log: Path, seed: int, sanitized: bool = False
) -> list[Any]:
    interpreter = find_python(python)
    assert interpreter is not None
    flags = SANITIZERS if sanitized else ""
    package = build_package(interpreter, flags, "-sanitized" if sanitized else "")
    environment = dict(os.environ, PYTHONPATH=str(package))
    if sanitized:
        environment.update(sanitizers_environment())
    command = make_environment(release, None, interpreter) / "python"
    results = []
    known: dict[str, PlainAnswers] = {"native": {}, "wrap": {}}
    for setting in SETTINGS:
        pair = Pair(command, setting, environment, known[setting.mode])
        result = compare(
            pair, ROOT / "build" / "conformance", seed, max(1000, operations // len(SETTINGS))
        )
        result.update({"python": python, "twisted": release, "commit": commit()})
        with log.open("a") as file:
            file.write(json.dumps(result) + "\n")
        print(json.dumps(result), flush=True)
        results.append(result)
    return results


def table(results: list[Any]) -> list[str]:
    """One row for each Python and release."""
    rows: dict[tuple[str, str], list[int]] = {}
    for each in results:
        row = rows.setdefault((each["twisted"], each["python"]), [0, 0, 0, 0, 0])
        left_out = each["left out"]
        counts = (each["programs"], each["operations"], each["different"])
        more = (each["but for garbage"], left_out["recursion"] + left_out["endless"])
        for place, count in enumerate((*counts, *more)):
            row[place] += count
    lines = ["| Twisted | Python | programs | operations | different | garbage | left out |"]
    lines.append("|---|---|--:|--:|--:|--:|--:|")
    total = [0, 0, 0, 0, 0]
    for (release, python), row in sorted(rows.items()):
        total = [one + other for one, other in zip(total, row)]
        lines.append(f"| {release} | {python} | " + " | ".join(f"{n:,}" for n in row) + " |")
    lines.append("| all | | " + " | ".join(f"{n:,}" for n in total) + " |")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000_000)
    parser.add_argument("--first", type=int, default=1, help="the seed of the first program")
    parser.add_argument("--pythons", nargs="+", default=list(PYTHONS))
    parser.add_argument("--releases", nargs="+", default=list(RELEASES))
    parser.add_argument("--log", type=Path, default=ROOT / "build/conformance/matrix.jsonl")
    parser.add_argument("--sanitized", action="store_true", help="built with ASan and UBSan")
    parser.add_argument("--table", action="store_true", help="only print the log's")
    options = parser.parse_args()
    options.log.parent.mkdir(parents=True, exist_ok=True)
    if not options.table:
        pairs = combinations(options.pythons, options.releases)
        for (python, release), operations in shares(pairs, options.operations).items():
            run_pair(python, release, operations, options.log, options.first, options.sanitized)
    results = [json.loads(line) for line in options.log.read_text().splitlines()]
    print(*table(results), sep="\n")
    return 1 if any(each["different"] for each in results) else 0


if __name__ == "__main__":
    sys.exit(main())
