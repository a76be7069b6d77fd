# SPDX-License-Identifier: MIT
"""The short differential test: the installed Twisted, always the same programs.

`make conformance` is the long one. A difference is printed as a program; see docs/conformance.md.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import grammar
import pytest
import seen
from pair import Pair, Setting
from run import compare
from shrink import shrink

OPERATIONS = 60_000


@pytest.mark.parametrize("engine", ["native", "wrap"])
def test_recording_changes_nothing(engine: str, tmp_path: Path) -> None:
    result = compare(Pair(sys.executable, Setting(engine, 16)), tmp_path, 1, OPERATIONS)
    assert result["operations"] >= OPERATIONS
    assert result["different"] == 0, "".join(file.read_text() for file in tmp_path.glob("*.py"))
    assert sum(result["left out"].values()) < result["programs"] / 10


def test_a_change_is_found_and_made_small(tmp_path: Path) -> None:
    """pause() counts by two: what is left of the programs is that, and little else."""
    pair = Pair(sys.executable, Setting("broken", 16))
    result = compare(pair, tmp_path, 1, 3_000, budget=1)
    assert result["different"] > 0
    (file,) = tmp_path.glob("*.py")
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert len(lines) < 12
    compile("\n".join(lines), "program", "exec")


def test_programs_are_the_same_everywhere() -> None:
    """The random numbers of every Python make the same program of a seed."""
    first = grammar.render(grammar.Grammar(7).program())
    assert first == grammar.render(grammar.Grammar(7).program())
    assert first != grammar.render(grammar.Grammar(8).program())


def test_shrink_leaves_what_matters() -> None:
    nodes = grammar.Grammar(3).program()
    whole = grammar.render(nodes)
    wanted = next(line for line in whole.splitlines() if "callback(" in line)
    small = grammar.render(shrink(nodes, lambda source: wanted.strip() in source, budget=2000))
    assert wanted.strip() in small
    assert len(small.splitlines()) <= 8


def test_a_frame_that_repeats_is_counted() -> None:
    """The text of a stack names it three times; frames between them, and it names each one."""
    stack = traceback.StackSummary.from_list(
        [("<program>", 2, "outer", "")] + [("<program>", 7, "inner", "")] * 9
    )
    told = "".join(stack.format()).splitlines()
    assert sum("inner" in line for line in told) == 3
    assert seen.callers(told) == " ".join(["outer:2", *["inner:7"] * 9])
    assert seen.callers([f" C:{line}" for line in told]) == seen.callers(told)
