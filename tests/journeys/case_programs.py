# SPDX-License-Identifier: MIT
"""Programs with one known bug or none: recorded, and held against what must be found in them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().parents[1] / "cases"

Findings = list[dict[str, Any]]


def findings_of(reactortrack: str, program: Path, folder: Path) -> Findings:
    """Runs the program, recorded, and returns what is found in the recording."""
    log = folder / f"{program.stem}.rtlog"
    ran = subprocess.run(
        [reactortrack, "run", "-o", log, program], capture_output=True, timeout=60, check=False
    )
    assert log.exists(), ran.stderr.decode()
    read = subprocess.run(
        [reactortrack, "findings", "--json", log], capture_output=True, timeout=60, check=False
    )
    found: Findings = json.loads(read.stdout)
    is_wrong = any(each["severity"] == "error" for each in found)
    assert read.returncode == (1 if is_wrong else 0), read.stderr.decode()
    return found


def assert_cited(
    found: Findings, kinds: set[str], program: Path, lines: Mapping[str, set[int]]
) -> None:
    """One finding of one of these kinds names a line of the program for each role of `lines`."""
    fitting = [each for each in found if each["kind"] in kinds]
    assert fitting, [each["kind"] for each in found]

    def cited(finding: dict[str, Any]) -> set[str]:
        sites = finding["sites"]
        here = {site["line"] for site in sites if site["file"].endswith(f"/{program.name}")}
        return {role for role, marked in lines.items() if here & marked}

    assert any(cited(each) == set(lines) for each in fitting), fitting
