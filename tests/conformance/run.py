# SPDX-License-Identifier: MIT
"""Differential testing: the same random programs, plainly and recorded, must leave the same trace.

    python run.py [--operations N] [--first SEED] [--engine native wrap] [--stack 0 16]
                  [--python PATH] [--report FOLDER]

Programs are made from seeds (grammar.py) and played in two interpreters (stage.py). Where the
traces differ, the program is made small and written to the report folder as a file that stage.py
runs. The last line is a JSON summary; exit status 1 when anything differed. Both interpreters are
those of --python, which must have Twisted and reactortrack.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import grammar
from pair import Died, Pair, PlainAnswers, Setting, difference
from shrink import shrink

BATCH = 200  # programs asked for at a time


class Comparison:
    """One setting against the plain run; counts what was compared."""

    def __init__(self, pair: Pair, report: Path, budget: int) -> None:
        self.pair, self.report, self.budget = pair, report, budget
        self.operations = self.programs = 0
        self.recursions = self.endless = self.garbage = 0
        self.different: list[int] = []
        self.signatures: set[str] = set()

    def batch(self, first: int, count: int) -> None:
        try:
            plain, recorded = self.pair.batch(first, count)
        except Died as death:
            self._died(death, first, count)
            return
        self.operations += recorded["operations"]
        self.programs += count
        # How deep a native function may recurse is not how deep a Python function may.
        recursions = {*plain["recursions"], *recorded["recursions"]}
        self.recursions += len(recursions)
        hashes = enumerate(zip(plain["hashes"], recorded["hashes"]), first)
        for seed, (one, other) in hashes:
            if one != other and seed not in recursions:
                self._look_closer(seed)

    def _died(self, death: Died, first: int, count: int) -> None:
        """One of the two ended within a batch: look at that program alone, then at the others."""
        seed = death.seed if death.seed is not None else first
        one, other = self.pair.traces(seed=seed)
        if all(each[0].startswith("the interpreter") for each in (one, other)):
            self.endless += 1
        else:
            print(f"    seed {seed}: {death}", flush=True)
            self._differs(seed, difference(one, other), immortal=False)
        if seed > first:
            self.batch(first, seed - first)
        if seed + 1 < first + count:
            self.batch(seed + 1, first + count - seed - 1)

    def _look_closer(self, seed: int) -> None:
        """Does it differ in more than when garbage dies?"""
        plain, recorded = self.pair.traces(seed=seed)
        if "RecursionError" in f"{plain}{recorded}":
            self.recursions += 1
            return
        if not has_traceback(plain) or outlives(plain, recorded):
            self._differs(seed, difference(plain, recorded), immortal=False)
            return
        one, other = self.pair.traces(seed=seed, immortal=True)
        if one == other:
            self.garbage += 1
        else:
            self._differs(seed, difference(one, other), immortal=True)

    def _differs(self, seed: int, changes: list[str], immortal: bool) -> None:
        made = grammar.Grammar(seed)
        nodes = made.program()
        style = {"by_vars": made.by_vars, "whole_tracebacks": made.whole_tracebacks}
        style["immortal"] = immortal

        def differs(source: str) -> bool:
            one, other = self.pair.traces(source=source, **style)
            if one == other or "RecursionError" in f"{one}{other}":
                return False
            return immortal or not has_traceback(one) or outlives(one, other)

        self.different.append(seed)
        if len(self.signatures) >= self.budget:
            return
        self.pair.restart()
        if not differs(grammar.render(nodes)) or not differs(grammar.render(nodes)):
            print(f"    seed {seed}: differs only after the programs before it", flush=True)
            print(*(f"      {line[:300]}" for line in changes), sep="\n", flush=True)
            return
        self._write(seed, grammar.render(shrink(nodes, differs)), style)

    def _write(self, seed: int, source: str, style: dict[str, bool]) -> None:
        changes = difference(*self.pair.traces(source=source, **style))
        signature = "\n".join(line for line in changes if line[:1] in "+-")[:300]
        if signature in self.signatures:
            return
        self.signatures.add(signature)
        flags = {"by_vars": "--vars", "whole_tracebacks": "--tracebacks", "immortal": "--immortal"}
        setting = self.pair.setting
        words = [setting.mode, "--stack", str(setting.stack)]
        words += [flag for name, flag in flags.items() if style[name]]
        comment = [f"# Seed {seed}: plain and recorded differ. stage.py FILE {' '.join(words)}"]
        comment += [f"#   {line[:2000]}" for line in "\n".join(changes).splitlines()]
        text = "\n".join(comment) + "\n" + source
        self.report.mkdir(parents=True, exist_ok=True)
        file = self.report / f"{setting.mode}-{setting.stack}-{seed}.py"
        file.write_text(text)
        print(f"    seed {seed} differs, {file}:", *text.splitlines(), sep="\n    ", flush=True)


def has_traceback(trace: list[str]) -> bool:
    """Somewhere an exception passed through a frame, so that garbage may hold what it held."""
    return any("<" in line and ":" in line for line in trace)


def outlives(plain: list[str], recorded: list[str]) -> bool:
    """A value of the program lives longer when it is recorded: until a later operation."""

    def deaths(trace: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        operations = 0
        for line in trace:
            operations += line.startswith("@") or line == "end"
            if line.startswith("token") and line.endswith("died"):
                found.setdefault(line, operations)
        return found

    one, other = deaths(plain), deaths(recorded)
    return any(other.get(token, 1 << 30) > at for token, at in one.items())


def compare(
    pair: Pair, report: Path, first: int, operations: int, budget: int = 10, seconds: float = 0
) -> dict[str, Any]:
    """Compare programs from seed `first` on until `operations` have been done; what came out."""
    comparison = Comparison(pair, report, budget)
    started_s, seed = time.monotonic(), first
    batch = min(BATCH, max(10, operations // 4000))
    try:
        while comparison.operations < operations:
            comparison.batch(seed, batch)
            seed += batch
            if seconds and time.monotonic() - started_s > seconds:
                break
    finally:
        pair.close()
    return {
        "setting": str(pair.setting),
        "operations": comparison.operations,
        "programs": comparison.programs,
        "left out": {"recursion": comparison.recursions, "endless": comparison.endless},
        "but for garbage": comparison.garbage,
        "different": len(comparison.different),
        "seeds": [first, seed],
        "seconds": round(time.monotonic() - started_s, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=100_000, help="for each setting")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--engine", nargs="+", default=["native", "wrap"])
    parser.add_argument("--stack", nargs="+", type=int, default=[0, 16])
    parser.add_argument("--values", action="store_true")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--report", default="build/conformance")
    parser.add_argument("--shrink", type=int, default=10, help="differences made small at most")
    parser.add_argument("--seconds", type=float, default=0, help="a setting stops after them")
    options = parser.parse_args()
    different = 0
    for engine in options.engine:
        known: PlainAnswers = {}
        for stack in options.stack:
            setting = Setting(engine, stack, options.values)
            pair = Pair(options.python, setting, plain_answers=known)
            result = compare(
                pair, Path(options.report), options.first, options.operations,
                options.shrink, options.seconds,
            )  # fmt: skip
            different += result["different"]
            print(json.dumps(result), flush=True)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
