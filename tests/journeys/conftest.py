# SPDX-License-Identifier: MIT
"""What the journeys share: the command as it was built or installed, and small recordings.

REACTORTRACK_BIN names the command; without it, the one on PATH is used.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT / "tests" / "recordings"


@dataclass(frozen=True)
class Output:
    status: int
    out: str
    err: str


@pytest.fixture(scope="session")
def reactortrack() -> str:
    """The path of the command."""
    command = os.environ.get("REACTORTRACK_BIN") or shutil.which("reactortrack")
    if not command:
        pytest.fail("no reactortrack on PATH; set REACTORTRACK_BIN")
    return str(Path(command).absolute())


@pytest.fixture
def call(reactortrack: str, tmp_path: Path) -> Callable[..., Output]:
    """Runs `reactortrack ARGUMENTS` in the test's folder and returns what it said."""

    def run(*arguments: str, input: bytes | None = None, **environment: str) -> Output:
        done = subprocess.run(
            [reactortrack, *arguments],
            cwd=tmp_path,
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            env={**os.environ, **environment},
            timeout=120,
            check=False,
        )
        return Output(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def make_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that writes small recordings, compiled from its source."""
    # Once: pytest-xdist runs these tests in several processes, whose folders stand in one.
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    program = folder / "make_recording"
    with open(folder / "make_recording.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            compile_make_recording(program)
    return program


def compile_make_recording(program: Path) -> None:
    sources = [RECORDINGS / "make_recording.cc", ROOT / "core" / "log" / "writer.cc"]
    made = program.with_suffix(".new")
    compiler = os.environ.get("CXX", "c++")
    subprocess.run(
        [compiler, "-std=c++20", f"-I{ROOT}", *sources, "-o", made], check=True, timeout=120
    )
    made.rename(program)


@pytest.fixture
def recording(make_recording: Path, tmp_path: Path) -> Callable[[str], str]:
    """Writes one of the small recordings into the test's folder and returns its file name."""

    def write(name: str) -> str:
        file = f"{name}.rtlog"
        subprocess.run([make_recording, name, file], cwd=tmp_path, check=True, timeout=10)
        return file

    return write


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., str]:
    """Writes app.py with this text; `mode` 0o755 makes it executable."""

    def write(text: str, name: str = "app.py", mode: int = 0o644) -> str:
        path = tmp_path / name
        path.write_text(text)
        path.chmod(mode)
        return name

    return write


@pytest.fixture(scope="session")
def can_record(reactortrack: str) -> bool:
    """Whether this Python has the recorder, so that real programs can be recorded."""
    probe = "import reactortrack._recorder, twisted.internet.defer"
    return subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
