# SPDX-License-Identifier: MIT
"""What is recorded of the reactor's start and end: stop(), triggers, what the end waits for."""

from __future__ import annotations

from conftest import Record, of

PROGRAM = """
from twisted.internet import reactor, task
from twisted.python import log
import sys
def close_pool():
    return task.deferLater(reactor, 0.05, print, "closed")
def fails():
    raise RuntimeError("no matter")
def removed():
    print("not called")
def goodbye(name):
    print("goodbye", name)
def stop():
    reactor.stop()
class Service:
    def begin(self):
        print("begin")
reactor.callWhenRunning(Service().begin)
reactor.addSystemEventTrigger("before", "shutdown", close_pool)
reactor.addSystemEventTrigger("before", "shutdown", fails)
late = reactor.addSystemEventTrigger("after", "shutdown", removed)
def removes():
    reactor.removeSystemEventTrigger(late)
reactor.addSystemEventTrigger("before", "shutdown", removes)
reactor.addSystemEventTrigger("after", "shutdown", goodbye, name="world")
log.startLogging(sys.stderr, setStdout=False)
reactor.callLater(0.05, stop)
reactor.run()
"""


def test_triggers_by_phase(record: Record) -> None:
    events = record(PROGRAM)
    started = [(e["phase"], e["function"]) for e in of(events, "trigger_started")]
    assert ("after", "__main__.Service.begin") in started
    own = [each for each in started if each[1].startswith("__main__.")]
    assert own[-4:] == [
        ("before", "__main__.close_pool"),
        ("before", "__main__.fails"),
        ("before", "__main__.removes"),
        ("after", "__main__.goodbye"),
    ]
    assert len(of(events, "trigger_ended")) == len(started)
    assert record.output == "begin\nclosed\ngoodbye world\n"  # type: ignore[attr-defined]


def test_the_end_waits_for_what_a_trigger_returned(record: Record) -> None:
    events = record(PROGRAM)
    (close,) = of(events, "trigger_started", function="__main__.close_pool")
    ended = events[events.index(close) :]
    waited = of(ended, "trigger_ended")[0]["serial"]
    (fired,) = of(events, "fired", serial=waited)
    (during,) = (e for e in of(events, "trigger_started") if e["function"].endswith(".crash"))
    assert during["phase"] == "during"
    assert events.index(close) < events.index(fired) < events.index(during)


def test_who_stopped_the_reactor(record: Record) -> None:
    events = record(PROGRAM)
    (stopping,) = of(events, "reactor_stopping")
    assert any(frame["function"] == "stop" for frame in stopping["stack"][:2])
    assert [e["type"] for e in of(events, "system_event")] == ["startup", "shutdown"]
    shutdown = of(events, "system_event", type="shutdown")[0]
    assert events.index(stopping) < events.index(shutdown)


def test_a_trigger_that_fails_is_logged_as_ever(record: Record) -> None:
    record(PROGRAM)
    errors: str = record.errors  # type: ignore[attr-defined]
    assert "RuntimeError: no matter" in errors
    assert "reactortrack" not in errors
