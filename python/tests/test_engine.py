# SPDX-License-Identifier: MIT
"""What is recorded of Deferreds: the same by both engines."""

from __future__ import annotations

from conftest import Record, actions, of


def test_a_chain_of_callbacks(record: Record) -> None:
    events = record(
        """
        def plus(value, more=1):
            return value + more
        def fails(value):
            raise KeyError(value)
        d = defer.Deferred()
        d.addCallback(plus)
        d.addCallback(fails)
        d.addErrback(lambda failure: None)
        d.addBoth(print)
        d.callback(1)
        """
    )
    assert actions(events, 1) == (
        ["created"]
        + 4 * ["attached"]
        + ["fired"]
        + [
            "executing",
            "executed",
            "executing",
            "failed",
            "executing",
            "executed",
            "executing",
            "executed",
        ]
    )
    assert [e["callback"] for e in of(events, "executing")] == [
        "__main__.plus",
        "__main__.fails",
        "__main__.<lambda>",
        "builtins.print",
    ]
    assert [e["callback?"] for e in of(events, "executing")] == [True, True, False, True]
    (failed,) = of(events, "failed")
    assert failed["failure"] == "KeyError"
    (failure,) = of(events, "failure")
    assert failure["stack"][0]["function"] == "fails" if "stack" in failure else True
    assert record.output == "None\n"  # type: ignore[attr-defined]


def test_sides_that_pass_the_result_through_are_not_executions(record: Record) -> None:
    events = record(
        """
        d = defer.succeed(1)
        d.addErrback(print)
        d.addErrback(print)
        d.addCallback(lambda value: None)
        """
    )
    (executing,) = of(events, "executing")
    assert executing["position"] == 2
    assert [e["callback"] for e in of(events, "attached")] == [None, None, "__main__.<lambda>"]


def test_firing_is_recorded_with_where_and_what(record: Record) -> None:
    events = record(
        """
        def fire(d):
            d.callback([1])
        d = defer.Deferred()
        fire(d)
        """
    )
    (fired,) = of(events, "fired")
    assert (fired["outcome"], fired["type"]) == ("value", "list")
    functions = [frame["function"] for frame in fired["stack"]]
    assert "fire" in functions
    (created,) = of(events, "created")
    assert created["stack"][0]["line"] == 7


def test_succeed_and_fail_are_fired_at_once(record: Record) -> None:
    events = record(
        """
        defer.succeed(None)
        defer.fail(ValueError("no")).addErrback(lambda failure: None)
        """
    )
    assert [e["outcome"] for e in of(events, "fired")] == ["none", "failure_returned"]
    assert [e["type"] for e in of(events, "failure")] == ["ValueError"]


def test_a_second_fire_raises_as_ever_and_is_recorded(record: Record) -> None:
    events = record(
        """
        d = defer.Deferred()
        d.callback(1)
        try:
            d.callback(2)
        except defer.AlreadyCalledError:
            print("refused")
        """
    )
    (again,) = of(events, "fired_again")
    assert (again["serial"], again["suppressed"], again["type"]) == (1, False, "int")
    assert record.output == "refused\n"  # type: ignore[attr-defined]


def test_returning_a_deferred_waits_for_it(record: Record) -> None:
    events = record(
        """
        inner = defer.Deferred()
        outer = defer.succeed(0)
        outer.addCallback(lambda value: inner)
        outer.addCallback(print)
        inner.callback("late")
        """
    )
    (chained,) = of(events, "chained")
    assert (chained["serial"], chained["to_serial"], chained["how"]) == (2, 1, "returned")
    (resumed,) = of(events, "resumed")
    assert resumed["serial"] == 2
    order = actions(events)
    assert order.index("chained") < order.index("resumed") < len(order) - 1
    assert record.output == "late\n"  # type: ignore[attr-defined]


def test_a_result_that_is_there_is_taken_without_a_wait(record: Record) -> None:
    events = record(
        """
        ready = defer.succeed("now")
        d = defer.succeed(0)
        d.addCallback(lambda value: ready)
        d.addCallback(print)
        """
    )
    assert of(events, "chained") == []
    (taken,) = of(events, "taken")
    assert taken["serial"] == 2
    assert record.output == "now\n"  # type: ignore[attr-defined]


def test_chain_deferred(record: Record) -> None:
    events = record(
        """
        first, second = defer.Deferred(), defer.Deferred()
        first.chainDeferred(second)
        first.callback(5)
        """
    )
    (chained,) = of(events, "chained")
    assert chained["how"] == "chainDeferred"
    assert [e["serial"] for e in of(events, "fired")] == [1, 2]


def test_await_says_which_line_waits(record: Record) -> None:
    events = record(
        """
        kept = []
        async def inner():
            kept.append(defer.Deferred())
            return await kept[0]
        async def outer():
            return await inner()
        d = defer.ensureDeferred(outer())
        kept[0].callback(3)
        d.addCallback(print)
        """
    )
    (coroutine,) = of(events, "coroutine")
    assert coroutine["serial"] == 1
    (waiting,) = of(events, "waiting")
    assert waiting["how"] == "awaited"
    assert [frame["function"] for frame in waiting["stack"]] == ["inner", "outer"]
    assert [frame["line"] for frame in waiting["stack"]] == [8, 10]
    assert [e["serial"] for e in of(events, "resumed")] == [1]
    assert record.output == "3\n"  # type: ignore[attr-defined]


def test_inline_callbacks_wait_too(record: Record) -> None:
    events = record(
        """
        d = defer.Deferred()
        @defer.inlineCallbacks
        def function():
            value = yield d
            return value
        function()
        d.callback(None)
        """
    )
    (waiting,) = of(events, "waiting")
    assert [(f["function"], f["line"]) for f in waiting["stack"]] == [("function", 8)]
    assert [e["serial"] for e in of(events, "coroutine")] == [2]


def test_members_of_a_list(record: Record) -> None:
    events = record(
        """
        members = [defer.Deferred(), defer.Deferred()]
        both = defer.gatherResults(members)
        members[1].callback(1)
        members[0].callback(0)
        both.addCallback(print)
        """
    )
    waiting = of(events, "waiting", how="list_member")
    assert [e["serial"] for e in waiting] == [3, 3]
    assert of(events, "created")[2]["type"] == "twisted.internet.defer.DeferredList"
    assert record.output == "[0, 1]\n"  # type: ignore[attr-defined]


def test_pause_and_unpause(record: Record) -> None:
    events = record(
        """
        d = defer.Deferred()
        d.pause()
        d.addCallback(print)
        d.callback(1)
        d.unpause()
        """
    )
    assert actions(events) == [
        "created",
        "paused",
        "attached",
        "fired",
        "unpaused",
        "executing",
        "executed",
    ]
    assert [e["count"] for e in of(events, "paused") + of(events, "unpaused")] == [1, 0]


def test_what_cancel_did(record: Record) -> None:
    events = record(
        """
        ignore = lambda failure: None
        plain = defer.Deferred(); plain.addErrback(ignore); plain.cancel()
        own = defer.Deferred(lambda d: d.callback("partial")); own.cancel()
        lazy = defer.Deferred(lambda d: None); lazy.addErrback(ignore); lazy.cancel()
        done = defer.succeed(1); done.cancel()
        inner = defer.Deferred()
        outer = defer.succeed(1).addCallback(lambda v: inner).addErrback(ignore)
        outer.cancel()
        def broken(d):
            raise RuntimeError
        odd = defer.Deferred(broken)
        try:
            odd.cancel()
        except RuntimeError:
            print("raised")
        """
    )
    effects = [(e["serial"], e["effect"]) for e in of(events, "cancelled")]
    assert effects == [
        (1, "cancelled_error"),
        (2, "by_canceller"),
        (3, "cancelled_error"),
        (4, "nothing"),
        (5, "cancelled_error"),  # the inner one, on behalf of the outer
        (6, "forwarded"),
        (7, "raised"),
    ]
    assert record.output == "raised\n"  # type: ignore[attr-defined]


def test_the_end_of_a_deferred_and_its_state_then(record: Record) -> None:
    events = record(
        """
        import gc
        defer.Deferred()
        defer.succeed(1)
        d = defer.fail(ValueError("nobody cares")); del d
        handled = defer.fail(ValueError()); handled.addErrback(lambda failure: None); del handled
        held = defer.Deferred(); held.addCallback(print); held.itself = held; del held
        gc.collect()
        """
    )
    ends = {e["serial"]: (e["state"], e["left"]) for e in of(events, "collected")}
    assert ends == {
        1: ("pending", 0),
        2: ("succeeded", 0),
        3: ("failed_unhandled", 0),
        4: ("succeeded", 0),
        5: ("pending", 1),
    }
    assert "nobody cares" in record.errors  # type: ignore[attr-defined]


def test_subclasses_with_their_own_methods(record: Record) -> None:
    events = record(
        """
        class Loud(defer.Deferred):
            def __init__(self):
                defer.Deferred.__init__(self)
            def callback(self, result):
                print("firing")
                super().callback(result)
            def __del__(self):
                print("gone")
        d = Loud()
        d.addCallback(print)
        d.callback(1)
        del d
        """
    )
    assert of(events, "created")[0]["type"] == "__main__.Loud"
    assert actions(events, 1)[-1] == "collected"
    assert record.output == "firing\n1\ngone\n"  # type: ignore[attr-defined]


def test_deferreds_from_before_are_adopted(tmp_path, engine: str) -> None:  # type: ignore[no-untyped-def]
    import subprocess
    import sys

    from conftest import read_events

    path = tmp_path / "x.rtlog"
    program = f"""
import reactortrack
from twisted.internet import defer
old = defer.Deferred()
old.addCallback(print)
with reactortrack.record({str(path)!r}, engine={engine!r}):
    old.addErrback(print)
    old.callback("old")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "old\n", done.stderr
    events = read_events(path)
    assert actions(events)[:4] == ["adopted", "attached", "attached", "fired"]
    assert [e["callback"] for e in of(events, "executed")] == ["builtins.print"]


def test_values_are_recorded_only_when_asked_for(record: Record) -> None:
    source = """
        d = defer.succeed("secret").addCallback(lambda v: [v])
        defer.fail(ValueError("hidden")).addErrback(lambda f: None)
    """
    without = str(record(source))
    assert "secret" not in without
    assert "hidden" not in without


def test_values_when_asked_for(record: Record) -> None:
    events = record(
        """
        d = defer.succeed("secret").addCallback(lambda v: [v])
        defer.fail(ValueError("hidden")).addErrback(lambda f: None)
        """,
        values=True,
    )
    assert of(events, "executed")[0]["value"] == "['secret']"
    assert of(events, "failure")[0]["message"] == "hidden"


def test_stack_depth(record: Record) -> None:
    deep = "def f(n):\n    return f(n - 1) if n else defer.Deferred()\nd = f(40)"
    assert "stack" not in of(record(deep, stack_depth=0), "created")[0]


def test_stack_of_a_given_depth(record: Record) -> None:
    deep = "def f(n):\n    return f(n - 1) if n else defer.Deferred()\nd = f(40)"
    stack = of(record(deep, stack_depth=7), "created")[0]["stack"]
    assert [frame["function"] for frame in stack] == 7 * ["f"]
