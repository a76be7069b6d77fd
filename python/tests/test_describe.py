# SPDX-License-Identifier: MIT
"""describe(): a live Deferred in words."""

from __future__ import annotations

from pathlib import Path

import pytest
import reactortrack
from twisted.internet import defer


def plus(value: int) -> int:
    return value + 1


def test_not_fired() -> None:
    d: defer.Deferred[int] = defer.Deferred()
    d.addCallbacks(plus, print)
    text = reactortrack.describe(d)
    assert text.splitlines() == [
        f"Deferred at 0x{id(d):x}: not fired yet",
        "  0: test_describe.plus | builtins.print",
    ]


def test_fired_failed_and_paused() -> None:
    assert "fired, current value is a value of type int" in reactortrack.describe(defer.succeed(1))
    failed = defer.fail(KeyError("k"))
    assert "failed with builtins.KeyError" in reactortrack.describe(failed)
    failed.addErrback(lambda failure: None)
    assert "fired, current value is None" in reactortrack.describe(failed)
    failed.pause()
    failed.addCallback(print)
    assert "paused" in reactortrack.describe(failed)


def test_who_waits_on_whom_and_cycles() -> None:
    bottom: defer.Deferred[None] = defer.Deferred()
    middle = defer.succeed(None).addCallback(lambda v: bottom)
    top = defer.succeed(None).addCallback(lambda v: middle)
    lines = reactortrack.describe(top).splitlines()
    assert lines[0].endswith("fired, waiting for the Deferred that a callback returned")
    assert lines[1].startswith(f"  waits on Deferred at 0x{id(middle):x}")
    assert lines[2] == f"  waits on Deferred at 0x{id(bottom):x}: not fired yet"
    assert f"its result goes to Deferred at 0x{id(middle):x}" in reactortrack.describe(bottom)


def test_a_cycle_ends_the_description() -> None:
    d: defer.Deferred[None] = defer.Deferred()
    d.addCallback(lambda v: d)
    with pytest.warns(DeprecationWarning, match="breaks the callback chain"):
        d.callback(None)
    assert "a cycle, it can never go on" in reactortrack.describe(d)


def test_the_number_in_the_recording_is_named(tmp_path: Path) -> None:
    with reactortrack.record(tmp_path / "x.rtlog"):
        first, second = defer.Deferred(), defer.Deferred()
        assert reactortrack.describe(second).startswith("#2 Deferred at")
        del first


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="takes a Deferred, not str"):
        reactortrack.describe("d")
