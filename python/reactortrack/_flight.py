# SPDX-License-Identifier: MIT
"""The flight recorder: sizes of rings, dumps, and the signal that makes one."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any, Union

from reactortrack import _recorder

_Path = Union[str, "os.PathLike[str]"]

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
LEAST_BYTES = 4 << 20

# What went wrong with dumps, told once at the end: a dump never raises.
_problems: list[str] = []
_problem_count = 0
_lock = threading.Lock()


def ring_bytes(size: int | str) -> int:
    """64M, 1.5G or a number of bytes -> bytes. ValueError for anything else, or too little."""
    text = str(size).strip().lower()
    for ending in ("ib", "b"):
        text = text.removesuffix(ending)
    unit = text[-1:] if text[-1:].isalpha() else ""
    number = text.removesuffix(unit).strip()
    try:
        count = float(number) * _UNITS[unit]
    except (KeyError, ValueError):
        raise ValueError(f"a ring's size is a number like 64M or 1G, not {size!r}") from None
    if not LEAST_BYTES <= count < 1 << 60:
        raise ValueError(f"a ring takes at least {LEAST_BYTES >> 20}M, not {size!r}")
    return int(count)


def dump(path: _Path | None = None, before: float = 60, after: float = 0) -> str | None:
    """Keep what happened in the last `before` seconds, and in the next `after` seconds.

    Returns where: `path`, or a free name beside it or beside the recording. For a ring that is a
    directory of whole segments, so it begins somewhat earlier than asked for; without a ring it is
    a copy of the recording so far. All commands read either. A dump with an `after` ends with the
    first round of the reactor after that time.

    From any thread, and from a signal handler. Never raises: where there is nothing to keep or it
    cannot be written, returns None, and a line on stderr says so when the recording ends. Costs two
    system calls for each segment; a copy, where the file system has no links.
    """
    try:
        wanted = "" if path is None else os.path.abspath(os.fspath(path))
        limits = [float(before), float(after)]
        if any(math.isnan(each) for each in limits):
            raise ValueError("not a number of seconds")
        where, problem = _recorder.dump(wanted, *limits)
    except Exception as error:
        where, problem = "", f"{type(error).__name__}: {error}"
    if problem:
        _note_problem(problem)
    return where or None


def _note_problem(problem: str) -> None:
    global _problem_count
    with _lock:
        _problem_count += 1
        if len(_problems) < 3:
            _problems.append(problem)


def take_problems() -> list[str]:
    """What went wrong with dumps since the last call."""
    global _problem_count
    with _lock:
        problems = list(_problems)
        if _problem_count > len(problems):
            problems.append(f"and {_problem_count - len(problems)} more dumps failed")
        _problems.clear()
        _problem_count = 0
    return problems


# ---- The signal ---------------------------------------------------------------------------------

# By signal: what was there before, to be called after us and to come back at the end.
_before: dict[signal.Signals, Any] = {}


def signal_of(name: str) -> signal.Signals:
    """USR2, SIGUSR2 or 12 -> the signal. Raises ValueError for one that does not exist."""
    if name.isdigit():
        return signal.Signals(int(name))
    upper = name.upper()
    try:
        return signal.Signals["SIG" + upper.removeprefix("SIG")]
    except KeyError:
        raise ValueError(f"there is no signal {name}") from None


def dump_on(name: str) -> None:
    """From now on this signal makes a dump, and then calls the handler that was there before.

    A handler that the program sets later takes the place of this one. Raises ValueError outside the
    main thread and for unknown signals.
    """
    number = signal_of(name)
    if number not in _before:
        _before[number] = signal.signal(number, _on_signal)


def _on_signal(number: int, frame: FrameType | None) -> None:
    dump()
    handler = _before.get(signal.Signals(number))
    if callable(handler):
        handler(number, frame)


def leave_signals() -> None:
    """Handlers that were there before are back, unless somebody has changed them since."""
    for number, handler in list(_before.items()):
        try:
            if signal.getsignal(number) is _on_signal:
                signal.signal(number, signal.SIG_DFL if handler is None else handler)
                del _before[number]
        except ValueError:  # not the main thread: ours stays, and dumps nothing
            pass


def tell_problems(file: str) -> None:
    """A line on stderr for what went wrong with dumps."""
    for problem in take_problems():
        print(f"reactortrack: {file}: dump: {problem}", file=sys.stderr)
