# SPDX-License-Identifier: MIT
"""More small programs with one known bug each, in varied clothes: what findings must say of them.

Each of `tests/cases/more` says in its docstring which kinds of finding will do (`kinds:`) and
which of its marked lines (`# RT:role`) one of them has to cite (`cite:`). What it should say in
the end is told as well (`say:`), and of some how severe it is (`severity:`). They were written
before the findings had seen them.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = sorted((Path(__file__).resolve().parents[1] / "cases" / "more").glob("*.py"))
FIELD = re.compile(r"^(kinds|cite|severity|say): (.+)$", re.MULTILINE)
MARK = re.compile(r"RT:([\w-]+)")

Findings = list[dict[str, Any]]


def expected(program: Path) -> tuple[set[str], str | None, dict[str, set[int]]]:
    """The kinds that will do, the severity if told, the lines of each role that must be cited."""
    text = program.read_text()
    fields = dict(FIELD.findall(text.split('"""')[1]))
    lines: dict[str, set[int]] = {role: set() for role in fields["cite"].split()}
    for number, line in enumerate(text.splitlines(), 1):
        for role in MARK.findall(line):
            if role in lines:
                lines[role].add(number)
    assert all(lines.values()), f"{program.name}: a role of cite: marks no line"
    return set(fields["kinds"].split()), fields.get("severity"), lines


def record_and_read(reactortrack: str, program: Path, log: Path) -> Findings:
    run = subprocess.run(
        [reactortrack, "run", "-o", log, program], capture_output=True, timeout=60, check=False
    )
    assert log.exists(), run.stderr.decode()
    read = subprocess.run(
        [reactortrack, "findings", "--json", log], capture_output=True, timeout=60, check=False
    )
    found: Findings = json.loads(read.stdout)
    return found


@pytest.fixture(scope="module")
def runs(
    reactortrack: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Findings]]]:
    """What is found in each program. They mostly sleep, so several run at a time."""
    folder = tmp_path_factory.mktemp("more")
    with ThreadPoolExecutor(max_workers=4) as pool:
        yield {
            program.name: pool.submit(
                record_and_read, reactortrack, program, folder / f"{program.stem}.rtlog"
            )
            for program in PROGRAMS
        }


@pytest.mark.parametrize("program", PROGRAMS, ids=[program.stem for program in PROGRAMS])
def test_bug_is_found_and_its_lines_are_cited(
    program: Path, runs: dict[str, Future[Findings]]
) -> None:
    kinds, severity, lines = expected(program)
    fitting = [
        each
        for each in runs[program.name].result()
        if each["kind"] in kinds and severity in (None, each["severity"])
    ]
    assert fitting, [each["kind"] for each in runs[program.name].result()]

    def cited(finding: dict[str, Any]) -> set[str]:
        sites = finding["sites"]
        here = {site["line"] for site in sites if site["file"].endswith(f"/{program.name}")}
        return {role for role, marked in lines.items() if here & marked}

    assert any(cited(each) == set(lines) for each in fitting), fitting
