# SPDX-License-Identifier: MIT
"""Small Twisted programs, each with one known bug: what the findings must say of them.

`tests/cases/cases.json` names for each program the kinds of finding that will do, and the lines
that one of them has to cite. `tests/cases/healthy` are programs that use the same parts rightly:
they get no warning and no error.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from case_programs import CASES, assert_cited, findings_of

HEALTHY = sorted((CASES / "healthy").glob("*.py"))
BUGS: list[dict[str, Any]] = json.loads((CASES / "cases.json").read_text())


@pytest.mark.parametrize("bug", BUGS, ids=[bug["file"] for bug in BUGS])
def test_bug_is_found_and_its_lines_are_cited(
    bug: dict[str, Any], reactortrack: str, tmp_path: Path
) -> None:
    program = CASES / bug["file"]
    lines = {role: set(bug["lines"][role]) for role in bug["cite"]}
    found = findings_of(reactortrack, program, tmp_path)
    assert_cited(found, set(bug["kinds"]), program, lines)


@pytest.mark.parametrize("program", HEALTHY, ids=[program.name for program in HEALTHY])
def test_healthy_program_gets_no_warning(program: Path, reactortrack: str, tmp_path: Path) -> None:
    found = findings_of(reactortrack, program, tmp_path)
    assert [each["message"] for each in found if each["severity"] != "info"] == []
