# SPDX-License-Identifier: MIT
"""Tracking single Deferreds from within the program, as Reactor Track's first version did (2013).

    from reactortrack.monitor import JSONMonitor

    monitor = JSONMonitor(True)
    monitor.track(d)
    ...
    for line in monitor.buffer:
        f.write("{0}\\n".format(line))

`cat mon.out | monitor2map` opens the map of the lines; `reactortrack events mon.out` prints them.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from typing import Any, overload

from reactortrack import _recorder, _session

__all__ = ["JSONMonitor"]


class _Buffer(Sequence[str]):
    """The lines so far. Looking at it brings it up to date."""

    def __init__(self, monitor: _recorder.Monitor) -> None:
        self._monitor = monitor
        self._lines: list[str] = []

    def _current(self) -> list[str]:
        self._monitor.drain(self._lines)
        return self._lines

    def __len__(self) -> int:
        return len(self._current())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._current()[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __repr__(self) -> str:
        return repr(self._current())


class JSONMonitor:
    """Logs the events of the Deferreds it tracks as JSON texts, one an event, in order.

    track_chained: also track Deferreds chained to a tracked one, by chainDeferred or by being
    returned from a callback.

    Works with and without a recording. While a recording is made, the monitor reads it; otherwise
    the events of the tracked Deferreds alone are kept in memory, until the monitor is closed or
    gone. Other Deferreds then cost next to nothing. After a fork, the child's monitors see no more.
    """

    def __init__(self, track_chained: bool = False) -> None:
        self._monitor = _recorder.Monitor(track_chained)
        self._tracked: weakref.WeakSet[Any] = weakref.WeakSet()
        #: The lines so far, oldest first: a sequence of str that grows by itself.
        self.buffer: Sequence[str] = _Buffer(self._monitor)
        _session.add_monitor(self)

    def track(self, deferred: Any) -> None:
        """Log the events of a Deferred from here on. Raises TypeError for anything else."""
        _session.ensure_for_monitor()
        self._monitor.track(deferred)
        self._tracked.add(deferred)

    def close(self) -> None:
        """Track nothing any more. `buffer` keeps its lines."""
        len(self.buffer)
        self._tracked.clear()
        self._monitor.detach()
        _session.remove_monitor(self)

    def _leave_recording(self) -> None:
        """The recording ends: read what is left of it."""
        self._monitor.detach()

    def _join_recording(self) -> None:
        """Another recording has begun: go on there."""
        for deferred in list(self._tracked):
            self._monitor.track(deferred)
