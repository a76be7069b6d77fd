# SPDX-License-Identifier: MIT
"""Timeouts, cancellers, Futures, awaits that need no wait or never come, context variables."""

from __future__ import annotations

import pytest
from conftest import Record, of


def test_a_timeout_and_the_call_that_keeps_it(record: Record) -> None:
    events = record(
        """
        from twisted.internet import reactor, task
        def ask():
            return defer.Deferred().addTimeout(0.05, reactor)
        late = ask().addErrback(lambda failure: print(failure.type.__name__))
        early = ask()
        early.callback("in time")
        defer.Deferred().addTimeout(timeout=3, clock=task.Clock())
        reactor.callLater(0.2, reactor.stop)
        reactor.run()
        """
    )
    late, early, other = of(events, "timeout")
    assert late["delay"] == pytest.approx(0.05)
    assert any(frame["function"] == "ask" for frame in late["stack"])
    assert len(of(events, "call_started", call=late["call"])) == 1
    (cancelling,) = of(events, "cancelling", serial=late["serial"])
    assert cancelling["stack"][0]["function"].endswith("timeItOut")
    assert len(of(events, "call_cancelled", call=early["call"])) == 1
    assert (other["call"], other["delay"]) == (0, 3)
    assert record.output == "TimeoutError\n"  # type: ignore[attr-defined]


def test_a_canceller_that_raises(record: Record) -> None:
    events = record(
        """
        def abort(deferred):
            raise AttributeError("no transport")
        d = defer.Deferred(abort)
        try:
            d.cancel()
        except AttributeError as problem:
            print(problem)
        """
    )
    (raised,) = of(events, "canceller_raised")
    assert (raised["serial"], raised["failure"]) == (1, "AttributeError")
    (failure,) = of(events, "failure", failure_serial=raised["failure_serial"])
    assert failure["traceback"][0]["function"] == "abort"
    (cancelled,) = of(events, "cancelled")
    assert cancelled["effect"] == "raised"
    assert events.index(raised) < events.index(cancelled)
    assert record.output == "no transport\n"  # type: ignore[attr-defined]


def test_cancelling_a_list_that_has_fired_does_nothing(record: Record) -> None:
    events = record(
        """
        inner = defer.Deferred()
        job = defer.DeferredList([defer.succeed(1)])
        job.addCallback(lambda results: inner)
        job.cancel()
        plain = defer.succeed(1).addCallback(lambda result: inner)
        plain.addErrback(lambda failure: None)
        plain.cancel()
        """
    )
    ignored = of(events, "cancelled")[0]
    assert ignored["effect"] == "nothing"
    assert "to" not in ignored
    assert of(events, "cancelled")[-1]["effect"] == "forwarded"


def test_futures(record: Record) -> None:
    events = record(
        """
        import asyncio
        loop = asyncio.new_event_loop()
        async def fetch():
            return 1
        task = loop.create_task(fetch())
        given = defer.Deferred.fromFuture(task).addCallback(print)
        d = defer.Deferred()
        future = d.asFuture(loop)
        d.callback("to the future")
        loop.run_until_complete(asyncio.gather(task, future))
        loop.run_until_complete(asyncio.sleep(0))
        print(future.result(), defer.Deferred.fromFuture)
        loop.close()
        """
    )
    first, second = of(events, "future")
    assert (first["link"], first["type"]) == ("from_future", "_asyncio.Task")
    assert first["function"].endswith("fetch")
    assert (second["link"], second["type"]) == ("as_future", "_asyncio.Future")
    assert len(of(events, "fired", serial=first["serial"])) == 1
    output: str = record.output  # type: ignore[attr-defined]
    assert output.startswith("1\nto the future <bound method Deferred.fromFuture of <class")


def test_a_coroutine_that_is_never_awaited(record: Record) -> None:
    events = record(
        """
        async def save(order):
            pass
        def place_order():
            save("o-17")
            print("accepted")
        place_order()
        """
    )
    (dropped,) = of(events, "never_awaited")
    assert dropped["function"].endswith("save")
    assert dropped["stack"][0]["function"] == "place_order"
    errors: str = record.errors  # type: ignore[attr-defined]
    assert "RuntimeWarning: coroutine 'save' was never awaited" in errors


def test_await_of_what_has_fired(record: Record) -> None:
    events = record(
        """
        async def reads():
            print(await defer.succeed("at once"))
            try:
                await defer.fail(KeyError("k"))
            except KeyError:
                print("caught")
            return await later
        def old_style():
            value = yield from defer.succeed("old")
            print(value)
        later = defer.Deferred()
        d = defer.ensureDeferred(reads())
        later.callback(None)
        defer.inlineCallbacks(old_style)()
        """
    )
    awaited = of(events, "awaited")
    assert [e["stack"][0]["function"] for e in awaited] == ["reads", "reads", "old_style"]
    coroutines = {e["function"].split(".")[-1]: e["serial"] for e in of(events, "coroutine")}
    assert [e["by_serial"] for e in awaited] == [
        *(coroutines["reads"], coroutines["reads"]),
        coroutines["old_style"],
    ]
    lines = [e["stack"][0]["line"] for e in awaited]
    assert lines[0] + 2 == lines[1]
    # The one that had to be waited for is told of as a wait, as ever.
    assert len(of(events, "waiting", how="awaited")) == 1
    assert record.output == "at once\ncaught\nold\n"  # type: ignore[attr-defined]


def test_context_variables_that_leak_to_who_fires(record: Record) -> None:
    events = record(
        """
        from contextvars import ContextVar
        request, quiet, unset = ContextVar("request"), ContextVar("quiet"), ContextVar("unset")
        def handles(number):
            request.set(number)
        def careful(number):
            token = quiet.set(number)
            quiet.reset(token)
        async def coroutine():
            await waits
            unset.set(1)
        def fires(d):
            d.callback(7)
        quiet.set("before")
        for callback in (careful, handles):
            fires(defer.Deferred().addCallback(callback))
        waits = defer.Deferred()
        defer.ensureDeferred(coroutine())
        waits.callback(None)
        print(request.get(), quiet.get(), unset.get("none"))
        """
    )
    (changed,) = of(events, "context_changed")
    assert (changed["variable"], changed["serial"]) == ("request", 2)
    assert any(frame["function"] == "fires" for frame in changed["stack"][:4])
    assert record.output == "7 before none\n"  # type: ignore[attr-defined]


def test_the_coroutine_that_awaits_is_named(record: Record) -> None:
    """Also behind one that it called, and after waits."""
    events = record(
        """
        async def inner():
            await gate
            await defer.succeed("inner")
        async def outer():
            first = defer.ensureDeferred(inner())
            await defer.succeed("outer")
            await first
            await defer.succeed("outer again")
        gate = defer.Deferred()
        d = defer.ensureDeferred(outer())
        gate.callback(None)
        d.addCallback(print)
        """
    )
    coroutines = {e["function"]: e["serial"] for e in of(events, "coroutine")}
    assert [(e["stack"][0]["function"], e["by_serial"]) for e in of(events, "awaited")] == [
        ("outer", coroutines["outer"]),
        ("inner", coroutines["inner"]),
        ("outer", coroutines["outer"]),
    ]
    assert record.output == "None\n"  # type: ignore[attr-defined]
