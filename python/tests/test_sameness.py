# SPDX-License-Identifier: MIT
"""A program behaves the same with and without recording: what it prints, logs and shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "sameness_program.py"


def output(mode: str, tmp_path: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), mode, str(tmp_path / f"{mode}.rtlog")],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("mode", ["native", "wrap"])
def test_the_same_text(mode: str, tmp_path: Path) -> None:
    without = output("off", tmp_path)
    assert without.count("==") > 20  # the program did run
    assert output(mode, tmp_path) == without
