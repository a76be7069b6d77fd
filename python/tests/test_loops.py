# SPDX-License-Identifier: MIT
"""What is recorded of LoopingCall: its start, each iteration and what it waits for, its end."""

from __future__ import annotations

import pytest
from conftest import Record, of


def test_iterations_and_stop(record: Record) -> None:
    events = record(
        """
        from twisted.internet import task
        def beat():
            print("beat")
        def begin():
            return loop.start(0.5)
        clock = task.Clock()
        loop = task.LoopingCall(beat)
        loop.clock = clock
        ended = begin()
        clock.pump([0.5, 0.5])
        loop.stop()
        print(ended.called)
        """
    )
    (started,) = of(events, "loop_started")
    assert started["function"] == "__main__.beat"
    assert started["interval"] == pytest.approx(0.5)
    assert started["stack"][0]["function"] == "begin"
    assert [e["loop"] for e in of(events, "iteration_started")] == [1, 1, 1]
    assert ["serial" in e for e in of(events, "iteration_ended")] == [False] * 3
    (stopped,) = of(events, "loop_stopped")
    (fired,) = of(events, "fired", serial=started["serial"])
    assert fired["outcome"] == "value"
    assert events.index(started) < events.index(of(events, "iteration_started")[0])
    assert events.index(stopped) < events.index(fired)
    assert record.output == "beat\n" * 3 + "True\n"  # type: ignore[attr-defined]


def test_an_iteration_that_waits_names_the_deferred(record: Record) -> None:
    events = record(
        """
        from twisted.internet import task
        waits = []
        def send():
            waits.append(defer.Deferred())
            return waits[-1]
        loop = task.LoopingCall(send)
        loop.clock = clock = task.Clock()
        loop.start(1)
        waits[0].callback(None)
        clock.advance(1)
        loop.stop()
        waits[1].callback(None)
        """
    )
    ends = of(events, "iteration_ended")
    waited = [e["serial"] for e in ends]
    assert len(waited) == 2
    made = [e["serial"] for e in of(events, "created") if e["stack"][0]["function"] == "send"]
    assert waited == made
    # stop() came while the second iteration was waiting: the loop is over when that is.
    (stopped,), (started,) = of(events, "loop_stopped"), of(events, "loop_started")
    over = events.index(of(events, "fired", serial=started["serial"])[0])
    assert events.index(stopped) < events.index(of(events, "fired", serial=made[1])[0]) < over


def test_a_loop_that_dies(record: Record) -> None:
    events = record(
        """
        from twisted.internet import task
        def fails():
            raise ValueError
        loop = task.LoopingCall(fails)
        loop.start(1).addErrback(lambda failure: print(failure.type.__name__))
        """
    )
    (started,) = of(events, "loop_started")
    (fired,) = of(events, "fired", serial=started["serial"])
    assert fired["failure"] == "ValueError"
    assert of(events, "loop_stopped") == []
    (ended,) = of(events, "iteration_ended")
    assert "serial" not in ended


def test_each_start_is_a_loop_of_its_own(record: Record) -> None:
    events = record(
        """
        from twisted.internet import task
        counts = []
        loop = task.LoopingCall.withCount(counts.append)
        loop.clock = clock = task.Clock()
        for interval in (1, 2):
            loop.start(interval, now=False)
            clock.advance(interval)
            loop.stop()
        try:
            loop.stop()
        except AssertionError:
            print(counts)
        """
    )
    started = of(events, "loop_started")
    assert [(e["loop"], e["interval"]) for e in started] == [(1, 1), (2, 2)]
    assert {e["function"] for e in started} == {"list.append"}
    assert [e["loop"] for e in of(events, "iteration_started")] == [1, 2]
    assert [e["loop"] for e in of(events, "loop_stopped")] == [1, 2]
    assert record.output == "[1, 1]\n"  # type: ignore[attr-defined]


def test_a_delayed_call_of_a_loop_names_its_function(record: Record) -> None:
    events = record(
        """
        from twisted.internet import reactor, task
        def beat():
            pass
        loop = task.LoopingCall(beat)
        loop.start(0.01)
        reactor.callLater(0.05, reactor.stop)
        reactor.run()
        """
    )
    functions = [e["function"] for e in of(events, "call_scheduled")]
    assert functions[0] == "__main__.LoopingCall(beat)"


def test_a_loop_that_is_older_than_the_recording(tmp_path: object, engine: str) -> None:
    from pathlib import Path

    import reactortrack
    from conftest import read_events
    from twisted.internet import task

    loop = task.LoopingCall(len, ())
    loop.clock = clock = task.Clock()
    loop.start(1)
    path = Path(str(tmp_path)) / "x.rtlog"
    with reactortrack.record(path, engine=engine):
        clock.advance(1)
    loop.stop()
    events = read_events(path)
    (started,) = of(events, "loop_started")
    assert "stack" not in started
    assert len(of(events, "iteration_ended")) == 1
