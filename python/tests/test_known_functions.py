# SPDX-License-Identifier: MIT
"""What is replaced is what a known release of Twisted has; anything else stays as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from reactortrack import _twisted
from reactortrack._code_sums import OF_REACTOR

PROGRAM = """
import sys
import reactortrack
from twisted.internet import defer

def changed(function):
    '''The same function, as a distribution might patch it: in its own file.'''
    code = function.__code__
    extra = code.co_consts + ("changed",)
    function.__code__ = code.replace(co_consts=extra)

for name in sys.argv[2:]:
    owner, _, method = name.rpartition(".")
    changed(vars(defer.Deferred if owner else defer)[method])

@defer.inlineCallbacks
def works():
    got = yield defer.succeed(3)
    return got

with reactortrack.record(sys.argv[1]) as recording:
    works().addCallback(print)
    d = defer.Deferred().addErrback(lambda failure: print(failure.type.__name__))
    d.cancel()
print(recording.engine)
print(recording.note)
"""


def run(tmp_path: Path, *changed: str) -> list[str]:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    command = [sys.executable, str(path), str(tmp_path / "x.rtlog"), *changed]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "name", [*(f"Deferred.{name}" for name in _twisted.REPLACED), *_twisted.OPTIONAL]
)
def test_the_installed_release_is_known(name: str) -> None:
    import twisted.internet.defer  # noqa: F401

    assert _twisted.function(name) is None or _twisted.is_known(name)


@pytest.mark.parametrize("name", OF_REACTOR)
def test_the_installed_reactor_is_known(name: str) -> None:
    from twisted.internet import base

    owner, _, method = name.partition(".")
    assert _twisted.is_known_code(name, vars(getattr(base, owner))[method])


def test_the_installed_log_is_known() -> None:
    from twisted.python import log

    assert (_twisted.log_context(log) is None) == _twisted.traits()["failure_keeps_stack"]


CALLS = """
import sys
import reactortrack
from twisted.internet import reactor
from twisted.python import context, log

def calls_of(function):
    seen = set()
    sys.setprofile(lambda frame, event, _: event == "call" and seen.add(frame.f_code.co_name))
    function()
    sys.setprofile(None)
    return seen

reactor.iterate(0)
context.get(log.ILogContext)  # makes the thread's stack of contexts
with reactortrack.record(sys.argv[1], engine=sys.argv[2]):
    print(calls_of(lambda: log.callWithContext({}, print, "called")))
    print(calls_of(reactor.runUntilCurrent))
    reactor.callLater(60, print)
    print(calls_of(reactor.runUntilCurrent))
    reactor.callLater(0, print, "due")
    print(calls_of(reactor.runUntilCurrent))
"""


@pytest.mark.parametrize("engine", ["native", "wrap"])
def test_the_log_and_idle_turns_run_natively(tmp_path: Path, engine: str) -> None:
    command = [sys.executable, "-c", CALLS, str(tmp_path / "x.rtlog"), engine]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    called, context, idle, put, due_said, due = done.stdout.splitlines()
    assert (called, due_said) == ("called", "due")
    native = engine == "native"
    assert ("callWithContext" in context) == (
        not native or _twisted.traits()["failure_keeps_stack"]
    )
    for turn in (idle, put):
        assert ("runUntilCurrent" in turn) == (not native)
    assert "runUntilCurrent" in due


def test_nothing_is_said_when_all_is_known(tmp_path: Path) -> None:
    assert run(tmp_path) == ["3", "CancelledError", "native", ""]


def test_another_driver_of_coroutines_stays(tmp_path: Path) -> None:
    *results, engine, note = run(tmp_path, "_inlineCallbacks", "Deferred.cancel")
    assert results == ["3", "CancelledError"]
    assert engine == "native"
    assert note.endswith("left as it is: Deferred.cancel, _inlineCallbacks")


def test_another_run_loop_is_wrapped(tmp_path: Path) -> None:
    *results, engine, note = run(tmp_path, "Deferred._runCallbacks")
    assert results == ["3", "CancelledError"]
    assert engine == "wrap"
    assert note.startswith("Deferred._runCallbacks is not that of Twisted ")
