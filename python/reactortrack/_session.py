# SPDX-License-Identifier: MIT
"""The recording of this process: at most one at a time."""

from __future__ import annotations

import atexit
import os
import platform
import sys

from reactortrack import _recorder, _twisted
from reactortrack._hooks import Hooks

_hooks: Hooks | None = None


def start(path: str, *, stack_depth: int, values: bool, engine: str, started_by: str) -> Hooks:
    """Create the recording, then put the hooks in place. Raises OSError; nothing is left then."""
    global _hooks
    import twisted.internet.defer  # noqa: F401  what is hooked must be there

    if engine not in ("auto", "native", "wrap"):
        raise ValueError(f"engine must be auto, native or wrap, not {engine!r}")
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
    )
    try:
        hooks.install()
    except BaseException:
        hooks.remove()
        _recorder.stop(False)
        raise
    _hooks = hooks
    atexit.register(_at_exit)
    return hooks


def stop(at_exit: bool = False) -> None:
    """Take the hooks off and finish the recording. No effect when none is on."""
    global _hooks
    if _hooks is None:
        return
    hooks, _hooks = _hooks, None
    hooks.remove()
    _recorder.stop(at_exit)
    atexit.unregister(_at_exit)


def _at_exit() -> None:
    stop(at_exit=True)


def is_on() -> bool:
    """True while this process records."""
    return _hooks is not None
