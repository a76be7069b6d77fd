# SPDX-License-Identifier: MIT
"""What test runners have in common: marks that say which test runs, and answers about it.

The marks, and all that is said about a test, are core/analysis/tests.h's. The answers come from the
native command, which reads the recording while it grows: one process for a whole session, started
by the first question.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from reactortrack import _recorder


class LeftBehind(AssertionError):
    """A test that left something behind, in strict mode."""


_running: list[object] = []  # a test that runs tests has others inside it; the outermost counts
_has_failed = False


def started(test: object, name: str) -> None:
    """A test begins. `test` is whatever stands for it until ended()."""
    global _has_failed
    _running.append(test)
    if len(_running) == 1:
        _has_failed = False
        _recorder.mark(f"test started: {_line(name)}")


def failed(test: object, exception: type[BaseException] | None) -> None:
    """It has failed, with this exception. Only the first failure of a test counts."""
    global _has_failed
    if not _running or _running[0] != test:
        return
    _has_failed = True
    module = getattr(exception, "__module__", "")
    name = getattr(exception, "__qualname__", "an unknown failure")
    _recorder.mark(f"test failed: {module}.{name}" if module else f"test failed: {name}")


def timed_out() -> None:
    """The test is being ended from outside, and the process with it."""
    _recorder.mark("test failed: timeout")


def body_over() -> None:
    """What follows cleans up after the test."""
    if _running:
        _recorder.mark("test body over")


def ended(test: object, name: str) -> None:
    """The test is over, cleaned up and all."""
    if test not in _running:
        return
    del _running[_running.index(test) :]
    if not _running:
        _recorder.mark(f"test ended: {_line(name)}")


def is_well() -> bool:
    """Whether a test runs, with no test inside it, and has not failed so far."""
    return len(_running) == 1 and not _has_failed


def fixture_started(name: str) -> None:
    """What is made from here on outlives the test that first asked for it."""
    _recorder.mark(f"fixture started: {_line(name)}")


def fixture_ended(name: str) -> None:
    """The fixture has been set up."""
    _recorder.mark(f"fixture ended: {_line(name)}")


def _line(name: str) -> str:
    return " ".join(name.split())


def command() -> str | None:
    """The native `reactortrack` of this Python; else one on PATH; None without any."""
    beside = [Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))]
    candidates = [os.environ.get("REACTORTRACK_BIN"), *(each / "reactortrack" for each in beside)]
    for each in candidates:
        if each and os.access(each, os.X_OK):
            return str(each)
    return shutil.which("reactortrack")


class Answers:
    """Asks `reactortrack tests --answer` about the test that runs, or ran last.

    Whatever goes wrong with that process, the tests go on: an answer is empty then, and `trouble`
    says why.
    """

    def __init__(self) -> None:
        self.trouble = ""
        self._process: subprocess.Popen[str] | None = None

    def report(self) -> dict[str, Any]:
        """{"waits": [line, ...], "findings": [line, ...]} as of now."""
        answer = self._ask("report")
        return answer if isinstance(answer, dict) else {}

    def left(self) -> list[dict[str, Any]]:
        """What the test has left behind: [{"what", "collected", "deferred", "text"}, ...]."""
        answer = self._ask("left")
        return answer if isinstance(answer, list) else []

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # what was not written no longer matters
                    stream.close()
        process.wait()

    def _ask(self, question: str) -> Any:
        if self.trouble:
            return None
        try:
            process = self._process or self._start()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(question + "\n")
            process.stdin.flush()
            lines: list[str] = []
            for line in process.stdout:
                if line == "\n":
                    return json.loads("".join(lines))
                lines.append(line)
            raise OSError("it ended")
        except (OSError, ValueError) as problem:
            self.trouble = f"{self._name()} gives no answers: {problem}"
            self.close()
            return None

    def _start(self) -> subprocess.Popen[str]:
        program = command()
        if program is None:
            raise OSError("it is not installed")
        # No `preexec_fn`, and descriptors closed: this is vfork() where there is such a thing.
        self._process = subprocess.Popen(
            [program, "tests", "--answer", _recorder.path()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            env={key: value for key, value in os.environ.items() if key != "REACTORTRACK_OUT"},
        )
        return self._process

    @staticmethod
    def _name() -> str:
        return command() or "reactortrack"


def left_behind(answers: Answers, *, collected_too: bool) -> list[str]:
    """What the newest test left behind, a line each, after a garbage collection if need be.

    What only a reference cycle still holds is not left behind, so a passing test that leaves
    nothing costs one question, and any other one collection. collected_too: also failures that
    Twisted has logged already, which trial's own tests report by themselves.
    """
    import gc

    left = answers.left()
    if any(not each["collected"] for each in left):
        gc.collect()
        left = answers.left()
    return [
        f"left behind, {each['what']}: {each['text']}"
        for each in left
        if collected_too or not each["collected"]
    ]
