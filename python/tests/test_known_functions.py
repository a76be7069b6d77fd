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
