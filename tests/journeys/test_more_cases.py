# SPDX-License-Identifier: MIT
"""More small programs with one known bug each, in varied clothes: what findings must say of them.

Each of `tests/cases/more` says in its docstring which kinds of finding will do (`kinds:`) and
which of its marked lines (`# RT:role`) one of them has to cite (`cite:`). What it should say in
the end is told as well (`say:`), and of some how severe it is (`severity:`). They were written
before the findings had seen them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from case_programs import CASES, assert_cited, findings_of

PROGRAMS = sorted((CASES / "more").glob("*.py"))
FIELD = re.compile(r"^(kinds|cite|severity|say): (.+)$", re.MULTILINE)
MARK = re.compile(r"RT:([\w-]+)")


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


@pytest.mark.parametrize("program", PROGRAMS, ids=[program.stem for program in PROGRAMS])
def test_bug_is_found_and_its_lines_are_cited(
    program: Path, reactortrack: str, tmp_path: Path
) -> None:
    kinds, severity, lines = expected(program)
    found = findings_of(reactortrack, program, tmp_path)
    if severity is not None:
        found = [each for each in found if each["severity"] == severity]
    assert_cited(found, kinds, program, lines)
