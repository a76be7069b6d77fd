# SPDX-License-Identifier: MIT
"""What the tests of the package share: recording a program in a process, and reading it back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Event = dict[str, Any]


def reactortrack_command() -> str:
    """The native command: of REACTORTRACK_BIN, beside this Python, or on PATH."""
    beside = Path(sys.executable).parent / "reactortrack"
    found = os.environ.get("REACTORTRACK_BIN") or (
        str(beside) if beside.exists() else shutil.which("reactortrack")
    )
    assert found, "the reactortrack command is not installed"
    return found


def read_events(path: Path) -> list[Event]:
    """The events of a recording, as `reactortrack events --json` tells them."""
    run = subprocess.run(
        [reactortrack_command(), "events", "--json", str(path)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


Record = Callable[..., list[Event]]


@pytest.fixture(params=["native", "wrap"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def record(tmp_path: Path, engine: str) -> Record:
    """record(source, **options) -> events: runs a program inside `with reactortrack.record(...)`.

    In a process of its own, so that Deferreds of the test runner are not in the way. What it prints
    is in `record.output`.
    """

    def run(source: str, **options: Any) -> list[Event]:
        path = tmp_path / "x.rtlog"
        arguments = {"engine": engine, **options}
        body = textwrap.indent(textwrap.dedent(source), "    ")
        program = (
            "import reactortrack\nfrom twisted.internet import defer\n"
            f"with reactortrack.record({str(path)!r}, **{arguments!r}) as recording:\n{body}\n"
        )
        script = tmp_path / "program.py"
        script.write_text(program)
        done = subprocess.run(
            [sys.executable, str(script)], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        run.output = done.stdout  # type: ignore[attr-defined]
        run.errors = done.stderr  # type: ignore[attr-defined]
        return read_events(path)

    return run


def actions(events: list[Event], serial: int | None = None) -> list[str]:
    """The action words, of one Deferred if asked for; without what frames each recording."""
    outside = {"info", "clock", "thread", "end"}
    return [
        e["action"]
        for e in events
        if e["action"] not in outside and (serial is None or e.get("serial") == serial)
    ]


def of(events: list[Event], action: str, **wanted: Any) -> list[Event]:
    """The events of one kind whose keys have these values."""
    return [
        e for e in events if e["action"] == action and all(e.get(k) == v for k, v in wanted.items())
    ]
