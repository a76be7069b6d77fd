# SPDX-License-Identifier: MIT
"""Recording from within a program."""

from __future__ import annotations

import os
import warnings
from types import TracebackType
from typing import Union

from reactortrack import _flight, _recorder, _session

_Path = Union[str, "os.PathLike[str]"]


class Recording:
    """A recording in progress, and after its end. Made by record().

    `path` is the file it is written to: not the one asked for when that existed already, but one
    with the process id in its name.
    """

    def __init__(self, path: str, engine: str, note: str, owner: bool) -> None:
        self.path = path
        self.engine = engine
        self.note = note
        self._owner = owner

    def stop(self) -> None:
        """End the recording; Twisted's own methods are back in place. No effect the second time."""
        if not self._owner:
            return
        self._owner = False
        _session.stop()

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def record(
    path: _Path,
    *,
    stack_depth: int = 16,
    values: bool = False,
    engine: str = "auto",
    ring: int | str | None = None,
) -> Recording:
    """Record what Deferreds and the reactor do, from now on, to a file.

    Use it as a context manager, or call stop() on what it returns. The file is made at once and is
    readable at any moment, also after a crash of the program. An existing file is not touched: the
    recording goes to one beside it (see Recording.path).

    stack_depth: frames kept of the stacks of creation and firing, 0 to 64.
    values: record repr() of results and str() of exceptions, too; without it only their types.
    engine: "native", "wrap", or "auto" for the first that suits the installed Twisted.
    ring: keep the newest events only, in so many bytes ("64M", "1G"; at least 4M): `path` becomes a
        directory of segments, which all commands read as one recording. See dump().

    Raises OSError when the file cannot be made, ImportError without Twisted, ValueError for an
    unknown engine or a size that is none. When the program is being recorded already, by
    `reactortrack run` or an outer record(), that recording goes on, this call only warns.
    """
    if _session.is_on():
        warnings.warn(
            f"this program is being recorded already, to {_recorder.path()}; "
            f"no second recording is made at {os.fspath(path)}",
            RuntimeWarning,
            stacklevel=2,
        )
        return Recording(_recorder.path(), "", "", owner=False)
    hooks = _session.start(
        os.fspath(path),
        stack_depth=stack_depth,
        values=values,
        engine=engine,
        started_by="record()",
        ring_bytes=0 if ring is None else _flight.ring_bytes(ring),
    )
    return Recording(_recorder.path(), hooks.engine, hooks.note, owner=True)


def mark(note: str) -> None:
    """Write a note into the recording, at this moment. No effect when nothing is recorded."""
    _recorder.mark(str(note))
