# SPDX-License-Identifier: MIT
"""Programs that have their own ideas about Deferred, and releases of Twisted that are not known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from conftest import of, read_events

HEAD = """
import sys, reactortrack
from twisted.internet import defer
def use():
    d = defer.Deferred()
    d.addCallback(lambda v: v + 1)
    d.addCallback(print)
    d.callback(1)
"""


def run(tmp_path: Path, source: str) -> tuple[list[str], list[dict[str, Any]]]:
    """What the program prints, and its events."""
    path = tmp_path / "x.rtlog"
    done = subprocess.run(
        [sys.executable, "-c", HEAD + source, str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), read_events(path)


def executed(events: list[dict[str, Any]]) -> list[str]:
    return [e["callback"] for e in of(events, "executed")]


BOTH = ["__main__.use.<locals>.<lambda>", "builtins.print"]


def test_patched_before_recording(tmp_path: Path) -> None:
    output, events = run(
        tmp_path,
        """
original = defer.Deferred.addCallback
def addCallback(self, *args, **kwargs):
    print("patched")
    return original(self, *args, **kwargs)
defer.Deferred.addCallback = addCallback
with reactortrack.record(sys.argv[1]) as recording:
    use()
print(recording.engine, recording.note)
print(defer.Deferred.addCallback is addCallback)
""",
    )
    assert output[:3] == ["patched", "patched", "2"]
    assert (
        output[3] == "wrap Deferred.addCallback was replaced by someone else: wrapping engine used"
    )
    assert output[4] == "True"
    assert executed(events) == BOTH


def test_patched_while_recording(tmp_path: Path) -> None:
    output, events = run(
        tmp_path,
        """
with reactortrack.record(sys.argv[1]):
    original = defer.Deferred.addCallback
    def addCallback(self, *args, **kwargs):
        print("patched")
        return original(self, *args, **kwargs)
    defer.Deferred.addCallback = addCallback
    use()
print(defer.Deferred.addCallback is addCallback)
use()
""",
    )
    assert output == ["patched", "patched", "2", "True", "patched", "patched", "2"]
    assert executed(events) == BOTH


def test_a_subclass_in_deferreds_place(tmp_path: Path) -> None:
    output, events = run(
        tmp_path,
        """
class Deferred(defer.Deferred):
    def callback(self, result):
        print("mine")
        super().callback(result)
defer.Deferred = Deferred
with reactortrack.record(sys.argv[1]) as recording:
    use()
print(recording.engine)
""",
    )
    assert output == ["mine", "2", "native"]
    assert executed(events) == BOTH
    assert of(events, "created")[0]["type"] == "__main__.Deferred"


def test_a_subclass_that_initialises_nothing_is_told_of(tmp_path: Path) -> None:
    output, events = run(
        tmp_path,
        """
class Deferred(defer.Deferred):
    def __init__(self):
        pass
with reactortrack.record(sys.argv[1]):
    d = Deferred()
    for fires in (d.callback, d.callback):
        try:
            fires("once")
        except Exception as problem:
            print(type(problem).__name__)
""",
    )
    assert output == ["AttributeError", "AlreadyCalledError"]
    assert [e["action"] for e in events if "fired" in e["action"]] == ["fired", "fired_again"]


def test_no_deferred_at_all(tmp_path: Path) -> None:
    source = """
defer.Deferred = object
try:
    reactortrack.record(sys.argv[1])
except TypeError as problem:
    print(problem)
"""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + source, str(tmp_path / "x.rtlog")],
        capture_output=True,
        text=True,
    )
    assert "was replaced by <class 'object'>, which is no Deferred" in done.stdout, done.stderr
    assert not (tmp_path / "x.rtlog").exists()


def test_an_unknown_release_gets_the_wrapping_engine_and_the_same_events(tmp_path: Path) -> None:
    output, events = run(
        tmp_path,
        """
import twisted
twisted.__version__ = "99.1.0"
with reactortrack.record(sys.argv[1]) as recording:
    use()
print(recording.engine, recording.note)
""",
    )
    assert output == ["2", "wrap Twisted 99.1.0 is not a known release: wrapping engine used"]
    assert executed(events) == BOTH


def test_code_swapped_callables_and_odd_lists(tmp_path: Path) -> None:
    """Pairs put into the list by hand run, and are recorded when they do."""
    output, events = run(
        tmp_path,
        """
with reactortrack.record(sys.argv[1]):
    d = defer.Deferred()
    d.addCallback(print)
    side = (lambda v: "by hand", (), {})
    d._callbacks.insert(0, (side, side))
    d._callbacks.append(((print, ("more",), {}), (print, None, None)))
    d.callback(1)
""",
    )
    assert output == ["by hand", "None more"]
    assert executed(events) == ["__main__.<lambda>", "builtins.print", "builtins.print"]


def test_patch_that_outlives_the_recording(tmp_path: Path) -> None:
    """It brings back a method of the first recording; the second one does not stand in for that."""
    output, events = run(
        tmp_path,
        """
import inspect
first = reactortrack.record(sys.argv[1] + ".first")
ours = defer.Deferred.addCallback
defer.Deferred.addCallback = lambda *arguments: ours(*arguments)
first.stop()
defer.Deferred.addCallback = ours
with reactortrack.record(sys.argv[1]) as recording:
    use()
    print(recording.engine, inspect.isfunction(defer.Deferred.addCallback))
""",
    )
    assert output == ["2", "native True"]
    assert executed(events) == BOTH
