# SPDX-License-Identifier: MIT
"""The start-up hook of `reactortrack run`: imported by reactortrack.pth when it is asked for.

Recording begins when the program imports Twisted, not before: a Python that never does pays for
this import only. Whatever goes wrong here is reported to `run` and never reaches the program.
"""

from __future__ import annotations

import os
import platform
import sys
from types import ModuleType


def _report(word: str, text: str) -> None:
    """Append one line to the status file of `reactortrack run`; failures are ignored."""
    path = os.environ.get("REACTORTRACK_STATUS")
    if not path:
        return
    line = f"{word} {os.getpid()} {text}".replace("\n", " ")
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0))
        try:
            os.write(file, (line + "\n").encode("utf-8", "backslashreplace"))
        finally:
            os.close(file)
    except OSError:
        pass


def _number(name: str, otherwise: int) -> int:
    try:
        return int(os.environ.get(name, ""))
    except ValueError:
        return otherwise


def _begin(module: ModuleType) -> None:
    """twisted.internet.defer has been imported: record from here on."""
    try:
        from reactortrack import _flight, _recorder, _session

        if _session.is_on():
            return
        ring = os.environ.get("REACTORTRACK_RING")
        _report_losses_at_exit()  # handlers run in reverse: this one after the session's own
        hooks = _session.start(
            os.environ["REACTORTRACK_OUT"],
            stack_depth=_number("REACTORTRACK_STACK", 16),
            values=os.environ.get("REACTORTRACK_VALUES") == "1",
            engine=os.environ.get("REACTORTRACK_ENGINE") or "auto",
            started_by="reactortrack run",
            ring_bytes=_flight.ring_bytes(ring) if ring else 0,
        )
        _report("recording", _recorder.path())
        if hooks.note:
            _report("note", hooks.note)
        _dump_on(os.environ.get("REACTORTRACK_DUMP_SIGNAL"))
        from reactortrack import _trial

        _trial.watch(_report, strict=os.environ.get("REACTORTRACK_STRICT") == "1")
    except BaseException as problem:
        _report("failed", f"{type(problem).__name__}: {problem}")


def _dump_on(name: str | None) -> None:
    if not name:
        return
    from reactortrack import _flight

    try:
        _flight.dump_on(name)
    except Exception as problem:
        _report("note", f"no dumps by signal {name}: {problem}")


def _report_losses_at_exit() -> None:
    import atexit

    from reactortrack import _session

    def report() -> None:
        wrong = _session.what_went_wrong()
        if wrong:
            _report("lost", wrong)

    atexit.register(report)


def _start() -> None:
    try:
        from reactortrack import _imports

        _report("hook", f"{platform.python_version()} {sys.executable}")
        _imports.when_imported("twisted.internet.defer", _begin)
    except BaseException as problem:
        _report("failed", f"{type(problem).__name__}: {problem}")


_start()
