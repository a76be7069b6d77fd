# SPDX-License-Identifier: MIT
"""What is recorded of thread pools, and of calls from threads."""

from __future__ import annotations

import threading

from conftest import Event, Record, of

PROGRAM = """
import time
from twisted.internet import reactor, threads
def add(one, two=0):
    time.sleep(0.05)
    return one + two
def fails():
    raise ZeroDivisionError
def stays(event):
    event.set()
    reactor.callFromThread(told, "from a thread")
def told(text):
    print(text)
def ask():
    d = threads.deferToThread(add, 1, two=2)
    d.addCallback(print)
    return d
import threading
added = ask()
failed = threads.deferToThread(fails).addErrback(lambda failure: print(failure.getTraceback()))
reactor.callInThread(stays, threading.Event())
reactor.callLater(0.5, reactor.stop)
reactor.run()
"""


def thread_of(events: list[Event], event: Event) -> int:
    """The thread that an event happened in."""
    before = events[: events.index(event)]
    return int(of(before, "thread")[-1]["thread"])


def test_work_from_queue_to_end(record: Record) -> None:
    events = record(PROGRAM)
    (pool,) = of(events, "resource")
    assert (pool["what"], pool["limit"]) == ("thread_pool", 10)
    assert pool["type"] == "twisted.python.threadpool.ThreadPool"
    queued = {e["function"]: e for e in of(events, "work_queued")}
    assert sorted(queued) == ["__main__.add", "__main__.fails", "__main__.stays"]
    assert all(e["resource"] == pool["resource"] for e in queued.values())
    add = queued["__main__.add"]
    assert any(frame["function"] == "ask" for frame in add["stack"])
    (started,) = of(events, "work_started", work=add["work"])
    (ended,) = of(events, "work_ended", work=add["work"])
    assert thread_of(events, add) == 1
    assert thread_of(events, started) == thread_of(events, ended) != 1
    assert (ended["outcome"], ended["type"]) == ("value", "int")
    assert 0.04 < ended["t"] - started["t"] < 0.4
    # The Deferred that deferToThread returned fires with the result, in the reactor's thread.
    (fired,) = of(events, "fired", serial=add["serial"])
    assert thread_of(events, fired) == 1
    assert "serial" not in queued["__main__.stays"]
    (failed,) = of(events, "work_ended", work=queued["__main__.fails"]["work"])
    assert (failed["outcome"], failed["failure"]) == ("failure_raised", "ZeroDivisionError")
    failure = next(
        e for e in of(events, "failure") if e["failure_serial"] == failed["failure_serial"]
    )
    assert failure["traceback"][0]["function"] == "fails"


def test_a_pool_that_stops(record: Record) -> None:
    events = record(PROGRAM)
    assert [e["limit"] for e in of(events, "resized")] == [0]
    assert "from a thread\n" in record.output  # type: ignore[attr-defined]


def test_the_traceback_shows_nothing_of_ours(record: Record) -> None:
    record(PROGRAM)
    output: str = record.output  # type: ignore[attr-defined]
    assert "ZeroDivisionError" in output
    assert "reactortrack" not in output


def test_a_call_from_a_thread(record: Record) -> None:
    events = record(PROGRAM)
    (call,) = of(events, "call_from_thread", function="__main__.told")
    assert thread_of(events, call) != 1
    assert any(frame["function"] == "stays" for frame in call["stack"])
    (started,) = of(events, "call_started", call=call["call"])
    (ended,) = of(events, "call_ended", call=call["call"])
    assert thread_of(events, started) == 1
    assert started["late"] >= 0
    assert events.index(call) < events.index(started) < events.index(ended)


def test_the_pool_grows(record: Record) -> None:
    events = record(
        """
        from twisted.python.threadpool import ThreadPool
        pool = ThreadPool(0, 4, "mine")
        pool.start()
        pool.adjustPoolsize(1, 7)
        pool.adjustPoolsize(1, 7)
        pool.stop()
        pool.callInThread(print, "too late")
        """
    )
    assert of(events, "resource")[0]["limit"] == 4
    assert [e["limit"] for e in of(events, "resized")] == [7, 0]
    assert of(events, "work_queued") == []


def test_nothing_of_a_call_is_kept(record: Record) -> None:
    record(
        """
        import threading, time, weakref
        from twisted.python.threadpool import ThreadPool
        class Thing:
            def method(self):
                done.set()
        pool, done, thing = ThreadPool(0, 1), threading.Event(), Thing()
        pool.start()
        gone = weakref.ref(thing)
        pool.callInThread(thing.method)
        del thing
        done.wait(5)
        pool.stop()
        print(gone())
        """
    )
    assert record.output == "None\n"  # type: ignore[attr-defined]


def test_threads_of_the_tests_are_gone() -> None:
    assert threading.active_count() < 5
