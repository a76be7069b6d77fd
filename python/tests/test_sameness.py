# SPDX-License-Identifier: MIT
"""A program behaves the same with and without recording: what it prints, logs and shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def output(program: str, mode: str, tmp_path: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(HERE / program), mode, str(tmp_path / f"{mode}.rtlog")],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "program",
    ["sameness_program.py", "coroutine_program.py", "reactor_program.py", "log_context_program.py"],
)
@pytest.mark.parametrize("mode", ["native", "wrap"])
def test_the_same_text(program: str, mode: str, tmp_path: Path) -> None:
    without = output(program, "off", tmp_path)
    assert without.count("==") > 12  # the program did run
    assert output(program, mode, tmp_path) == without
