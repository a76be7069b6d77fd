# SPDX-License-Identifier: MIT
"""What is recorded of the reactor: turns, waits for input and output, delayed calls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import of, read_events

PROGRAM = """
import sys, time
import reactortrack
from importlib import import_module
if sys.argv[2] != "default":
    import_module("twisted.internet." + sys.argv[2]).install()
with reactortrack.record(sys.argv[1]):
    from twisted.internet import protocol, reactor
    def late():
        pass
    def slow():
        time.sleep(0.2)
        reactor.callLater(0, late)
    moved = reactor.callLater(50, late)
    moved.reset(0.01)
    never = reactor.callLater(60, late)
    never.cancel()
    reactor.callLater(0.05, slow)
    reactor.callLater(0.06, late)
    class Echo(protocol.Protocol):
        def dataReceived(self, data):
            self.transport.loseConnection()
            reactor.callLater(0.05, reactor.stop)
    class Say(protocol.Protocol):
        def connectionMade(self):
            self.transport.write(b"hello")
    port = reactor.listenTCP(0, protocol.Factory.forProtocol(Echo), interface="127.0.0.1")
    factory = protocol.ClientFactory.forProtocol(Say)
    reactor.callLater(0.3, reactor.connectTCP, "127.0.0.1", port.getHost().port, factory)
    reactor.run()
"""


@pytest.fixture(
    scope="module", params=["default", "selectreactor", "pollreactor", "asyncioreactor"]
)
def events(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path: Path = tmp_path_factory.mktemp("reactor") / "x.rtlog"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), request.param],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return read_events(path)


def test_turns_begin_and_end(events: list[dict[str, Any]]) -> None:
    started, ended = of(events, "turn_started"), of(events, "turn_ended")
    assert len(started) == len(ended) > 5
    assert sum(e["calls"] for e in ended) == len(of(events, "call_started"))


def test_a_delayed_call_from_schedule_to_end(events: list[dict[str, Any]]) -> None:
    (slow,) = of(events, "call_scheduled", function="__main__.slow")
    assert slow["delay"] == pytest.approx(0.05)
    assert slow["stack"][-1]["function"] == "<module>"  # out to the user
    (started,) = of(events, "call_started", call=slow["call"])
    (ended,) = of(events, "call_ended", call=slow["call"])
    assert 0.19 < ended["t"] - started["t"] < 1.5


def test_a_call_that_comes_late_says_how_late(events: list[dict[str, Any]]) -> None:
    held_up = [
        e for e in of(events, "call_scheduled", function="__main__.late") if e["delay"] == 0.06
    ]
    (started,) = of(events, "call_started", call=held_up[0]["call"])
    assert started["late"] > 0.15  # slow() slept


def test_cancelled_and_moved_calls(events: list[dict[str, Any]]) -> None:
    delays = {e["delay"]: e["call"] for e in of(events, "call_scheduled")}
    assert next(e["call"] for e in of(events, "call_cancelled")) == delays[60]
    assert of(events, "call_started", call=delays[60]) == []
    (reset,) = of(events, "call_reset", call=delays[50])
    assert reset["delay"] == pytest.approx(0.01, abs=0.005)
    assert len(of(events, "call_started", call=delays[50])) == 1


def test_served_connections(events: list[dict[str, Any]]) -> None:
    served = {e["type"] for e in of(events, "io_started")}
    assert "twisted.internet.tcp.Port" in served
    assert len(of(events, "io_started")) == len(of(events, "io_ended"))


def test_the_reactor_sleeps_between(events: list[dict[str, Any]]) -> None:
    polls = of(events, "poll_started")
    if not polls:  # asyncio's loop waits outside of Twisted
        assert of(events, "turn_started")
        return
    assert len(polls) == len(of(events, "poll_ended"))
    assert any(poll["timeout"] > 0.01 for poll in polls)
