# SPDX-License-Identifier: MIT
"""Small Twisted programs, each with one known bug: what the findings must say of them.

`tests/cases/cases.json` names for each program the kinds of finding that will do, and the lines
that one of them has to cite. `tests/cases/healthy` are programs that use the same parts rightly:
they get no warning and no error.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).resolve().parents[1] / "cases"
HEALTHY = sorted((CASES / "healthy").glob("*.py"))
BUGS: list[dict[str, Any]] = json.loads((CASES / "cases.json").read_text())


def findings(reactortrack: str, program: Path, folder: Path) -> list[dict[str, Any]]:
    """Runs the program and returns what is found in its recording."""
    log = folder / "case.rtlog"
    ran = subprocess.run(
        [reactortrack, "run", "-o", log, program], capture_output=True, timeout=60, check=False
    )
    assert log.exists(), ran.stderr.decode()
    read = subprocess.run(
        [reactortrack, "findings", "--json", log], capture_output=True, timeout=60, check=False
    )
    found: list[dict[str, Any]] = json.loads(read.stdout)
    is_wrong = any(each["severity"] == "error" for each in found)
    assert read.returncode == (1 if is_wrong else 0), read.stderr.decode()
    return found


def cited_roles(finding: dict[str, Any], bug: dict[str, Any]) -> set[str]:
    """Which of the roles that must be cited have a line in this finding."""
    lines = {site["line"] for site in finding["sites"] if site["file"].endswith(f"/{bug['file']}")}
    return {role for role in bug["cite"] if lines & set(bug["lines"][role])}


@pytest.mark.parametrize("bug", BUGS, ids=[bug["file"] for bug in BUGS])
def test_bug_is_found_and_its_lines_are_cited(
    bug: dict[str, Any], reactortrack: str, tmp_path: Path
) -> None:
    found = findings(reactortrack, CASES / bug["file"], tmp_path)
    fitting = [each for each in found if each["kind"] in bug["kinds"]]
    assert fitting, [each["kind"] for each in found]
    assert any(cited_roles(each, bug) == set(bug["cite"]) for each in fitting), fitting


@pytest.mark.parametrize("program", HEALTHY, ids=[program.name for program in HEALTHY])
def test_healthy_program_gets_no_warning(program: Path, reactortrack: str, tmp_path: Path) -> None:
    found = findings(reactortrack, program, tmp_path)
    assert [each["message"] for each in found if each["severity"] != "info"] == []
