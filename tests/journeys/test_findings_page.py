# SPDX-License-Identifier: MIT
"""docs/findings.md tells the rules that stand above the detectors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "describe_cases.py"


def test_rules_are_those_of_the_source() -> None:
    checked = subprocess.run([sys.executable, TOOL, "--check"], check=False)
    assert checked.returncode == 0, f"run: python {TOOL} --rules"
