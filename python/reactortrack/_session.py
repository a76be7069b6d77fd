# SPDX-License-Identifier: MIT
"""The recording of this process: at most one at a time."""

from __future__ import annotations

import atexit
import os
import platform
import sys
import weakref
from typing import TYPE_CHECKING

from reactortrack import _flight, _recorder, _twisted
from reactortrack._hooks import Hooks

if TYPE_CHECKING:
    from reactortrack.monitor import JSONMonitor

_hooks: Hooks | None = None
_in_memory = False
_monitors: weakref.WeakSet[JSONMonitor] = weakref.WeakSet()


def start(
    path: str,
    *,
    stack_depth: int,
    values: bool,
    engine: str,
    started_by: str,
    ring_bytes: int = 0,
) -> Hooks:
    """Create the recording, then put the hooks in place. Raises OSError; nothing is left then.

    A recording that only serves monitors gives way, and they go on with this one.
    """
    if engine not in ("auto", "native", "wrap"):
        raise ValueError(f"engine must be auto, native or wrap, not {engine!r}")
    if _in_memory:
        stop()
    hooks = _start(path, stack_depth, values, engine, started_by, ring_bytes)
    for monitor in list(_monitors):
        monitor._join_recording()
    return hooks


def _start(
    path: str, stack_depth: int, values: bool, engine: str, started_by: str, ring_bytes: int = 0
) -> Hooks:
    global _hooks, _in_memory
    import twisted.internet.defer  # noqa: F401  what is hooked must be there

    hooks = Hooks()
    hooks.choose(engine)
    facts = {
        "reactortrack": _recorder.version,
        "python": platform.python_version(),
        "twisted": _twisted.release(),
        "engine": hooks.engine,
        "command": " ".join(getattr(sys, "orig_argv", sys.argv)),
        "executable": sys.executable or "",
        "started_by": started_by,
    }
    if hooks.note:
        facts["engine_note"] = hooks.note
    _recorder.start(
        os.path.abspath(path) if path else "",
        stack_depth,
        values,
        {key: value.encode("utf-8", "backslashreplace").decode() for key, value in facts.items()},
        ring_bytes,
    )
    try:
        hooks.install()
        hooks.before_exit_by_signal(_at_exit)
    except BaseException:
        hooks.remove()
        _recorder.stop(False)
        raise
    _hooks = hooks
    _in_memory = not path
    atexit.register(_at_exit)
    return hooks


def stop(at_exit: bool = False) -> None:
    """Take the hooks off and finish the recording. No effect when none is on."""
    global _hooks, _in_memory
    if _hooks is None:
        return
    for monitor in list(_monitors):
        monitor._leave_recording()
    hooks, _hooks = _hooks, None
    _in_memory = False
    hooks.remove()
    _recorder.stop(at_exit)
    atexit.unregister(_at_exit)
    _flight.leave_signals()
    _tell_losses()


def what_went_wrong() -> str:
    """With the file of the recording that has ended; "" for nothing."""
    trouble = _recorder.trouble()
    lost = _recorder.lost_count()
    told = [trouble] if trouble else []
    if lost:
        told.append(f"{lost} events could not be written")
    return "; ".join(told)


def _tell_losses() -> None:
    """One line on stderr when events could not be written; `reactortrack run` says it itself."""
    file = _recorder.path() or "the monitor"
    _flight.tell_problems(file)
    wrong = what_went_wrong()
    if wrong and "REACTORTRACK_STATUS" not in os.environ:
        print(f"reactortrack: {file}: {wrong}", file=sys.stderr)


def _at_exit() -> None:
    stop(at_exit=True)


def is_on() -> bool:
    """True while this process writes a recording to a file."""
    return _hooks is not None and not _in_memory


def add_monitor(monitor: JSONMonitor) -> None:
    """A monitor wants to be told when recordings begin and end."""
    _monitors.add(monitor)


def remove_monitor(monitor: JSONMonitor) -> None:
    """It wants that no more. The recording in memory ends with the last monitor."""
    _monitors.discard(monitor)
    if _in_memory and not _monitors:
        stop()


def ensure_for_monitor() -> None:
    """See to it that something is recorded: in memory, when there is no file."""
    if _hooks is None:
        _start("", 4, False, "auto", "JSONMonitor")
