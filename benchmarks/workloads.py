# SPDX-License-Identifier: MIT
"""What a Deferred can be put through, each as a function that does it a number of times.

The first six are what Twisted's own benchmarks/test_deferred.py measures, written anew; the others
cover the rest of Deferred's ways. A workload leaves nothing behind: every Deferred has fired, every
failure is handled. `iterations` rounds of one workload make a measurement.

    WORKLOADS["added_then_fired"].run(1000)
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import served
from twisted.internet.defer import (
    CancelledError,
    Deferred,
    DeferredList,
    ensureDeferred,
    fail,
    gatherResults,
    inlineCallbacks,
    maybeDeferred,
    succeed,
)
from twisted.python.failure import Failure

AWAITS = 50  # Deferreds awaited in one round of the await workloads
MEMBERS = 10  # Deferreds in one list
LINKS = 100  # callbacks of the long chain


class Boom(Exception):
    """Raised by the workloads, and handled by them."""


def plus(number: int, more: int) -> int:
    return number + more


def same(result: Any) -> Any:
    return result


def give(result: object, other: Deferred[Any]) -> Deferred[Any]:
    return other


def to_none(result: Any) -> None:
    return None


def raise_boom(result: Any) -> None:
    raise Boom("first")


def handle_and_raise(failure: Failure) -> None:
    failure.trap(Boom)
    raise Boom("second")


def handle_boom(failure: Failure) -> int:
    failure.trap(Boom)
    return 0


def handle_cancel(failure: Failure) -> None:
    failure.trap(CancelledError)


# ---- Callback chains ----


def fired_then_added(iterations: int) -> None:
    for _ in range(iterations):
        d: Deferred[int] = Deferred()
        d.callback(2)
        d.addCallback(plus, 1)
        d.addCallback(plus, 2)
        d.addCallback(plus, 3)
        d.addCallback(plus, 4)


def added_then_fired(iterations: int) -> None:
    for _ in range(iterations):
        d: Deferred[int] = Deferred()
        d.addCallback(plus, 1)
        d.addCallback(plus, 2)
        d.addCallback(plus, 3)
        d.addCallback(plus, 4)
        d.callback(2)


def long_chain(iterations: int) -> None:
    for _ in range(iterations):
        d: Deferred[int] = Deferred()
        for _ in range(LINKS):
            d.addCallback(same)
        d.callback(1)


def all_four_adds(iterations: int) -> None:
    for _ in range(iterations):
        d: Deferred[Any] = succeed(1)
        d.addCallback(plus, 1)
        d.addErrback(handle_boom)
        d.addBoth(same)
        d.addCallbacks(plus, handle_boom, callbackArgs=(2,))


def maybe_deferred(iterations: int) -> None:
    for _ in range(iterations):
        maybeDeferred(plus, 1, 2).addCallback(same)


# ---- Errback chains ----


def raised_and_handled(iterations: int) -> None:
    for _ in range(iterations):
        d: Deferred[Any] = succeed("result")
        d.addCallback(raise_boom)
        d.addErrback(handle_and_raise)
        d.addBoth(to_none)


def failed_past_callbacks(iterations: int) -> None:
    for _ in range(iterations):
        d: Deferred[Any] = fail(Boom("made"))
        d.addCallback(same)
        d.addCallback(same)
        d.addErrback(handle_boom)


# ---- Deferreds that wait on Deferreds ----


def returned_fired(iterations: int) -> None:
    for _ in range(iterations):
        outer: Deferred[Any] = Deferred()
        first: Deferred[int] = succeed(123)
        second: Deferred[int] = succeed(456)
        outer.addCallback(give, first)
        outer.addCallback(give, second)
        outer.callback(1)


def returned_unfired(iterations: int) -> None:
    for _ in range(iterations):
        outer: Deferred[Any] = Deferred()
        first: Deferred[int] = Deferred()
        second: Deferred[Any] = Deferred()
        innermost: Deferred[int] = Deferred()
        second.addCallback(give, innermost)
        second.callback(1)
        outer.addCallback(give, first)
        outer.addCallback(give, second)
        outer.callback(2)
        first.callback(3)
        innermost.callback(4)


def chain_deferred(iterations: int) -> None:
    for _ in range(iterations):
        first: Deferred[int] = Deferred()
        second: Deferred[int] = Deferred()
        first.chainDeferred(second)
        second.addCallback(plus, 1)
        first.callback(1)


# ---- await and inlineCallbacks ----


async def awaiting(deferreds: list[Deferred[int]]) -> int:
    total = 0
    for d in deferreds:
        total += await d
    return total


async def awaiting_fired() -> None:
    for number in range(AWAITS):
        await succeed(number)


async def nested(depth: int, innermost: Deferred[int]) -> int:
    if depth == 0:
        return await innermost
    return await nested(depth - 1, innermost) + 1


@inlineCallbacks
def yielding(deferreds: list[Deferred[int]]) -> Generator[Deferred[int], int, int]:
    total = 0
    for d in deferreds:
        total += yield d
    return total


@inlineCallbacks
def yielding_fired() -> Generator[Deferred[int], int, None]:
    for number in range(AWAITS):
        yield succeed(number)


def unfired(count: int) -> list[Deferred[int]]:
    return [Deferred() for _ in range(count)]


def await_fired(iterations: int) -> None:
    for _ in range(iterations):
        ensureDeferred(awaiting_fired())


def await_unfired(iterations: int) -> None:
    for _ in range(iterations):
        deferreds = unfired(AWAITS)
        ensureDeferred(awaiting(deferreds))
        for d in deferreds:
            d.callback(1)


def await_nested(iterations: int) -> None:
    for _ in range(iterations):
        innermost: Deferred[int] = Deferred()
        ensureDeferred(nested(10, innermost))
        innermost.callback(1)


def await_deferred_of_coroutine(iterations: int) -> None:
    """Each level is a Deferred of its own, as when coroutines call through ensureDeferred."""

    async def level(depth: int, innermost: Deferred[int]) -> int:
        if depth == 0:
            return await innermost
        return await ensureDeferred(level(depth - 1, innermost))

    for _ in range(iterations):
        innermost: Deferred[int] = Deferred()
        ensureDeferred(level(10, innermost))
        innermost.callback(1)


def inline_fired(iterations: int) -> None:
    for _ in range(iterations):
        yielding_fired()


def inline_unfired(iterations: int) -> None:
    for _ in range(iterations):
        deferreds = unfired(AWAITS)
        yielding(deferreds)
        for d in deferreds:
            d.callback(1)


# ---- Lists ----


def gather_fired(iterations: int) -> None:
    for _ in range(iterations):
        gatherResults([succeed(number) for number in range(MEMBERS)], consumeErrors=True)


def gather_unfired(iterations: int) -> None:
    for _ in range(iterations):
        deferreds = unfired(MEMBERS)
        gatherResults(deferreds, consumeErrors=True)
        for d in deferreds:
            d.callback(1)


def deferred_list(iterations: int) -> None:
    for _ in range(iterations):
        deferreds = unfired(MEMBERS)
        DeferredList(deferreds).addCallback(len)
        for d in deferreds:
            d.callback(1)


# ---- Cancelling ----


def cancel_plain(iterations: int) -> None:
    for _ in range(iterations):
        d: Deferred[Any] = Deferred()
        d.addErrback(handle_cancel)
        d.cancel()


def cancel_by_canceller(iterations: int) -> None:
    for _ in range(iterations):
        d: Deferred[Any] = Deferred(lambda cancelled: cancelled.callback(None))
        d.addCallback(same)
        d.cancel()


def cancel_waiting(iterations: int) -> None:
    for _ in range(iterations):
        inner: Deferred[Any] = Deferred()
        outer: Deferred[Any] = succeed(None)
        outer.addCallback(give, inner)
        outer.addErrback(handle_cancel)
        outer.cancel()


@dataclass(frozen=True)
class Workload:
    group: str
    run: Callable[[int], None]
    twisted: bool = False  # one of those in Twisted's own benchmarks
    counted: int = 40  # iterations that are enough for counting instructions


# The groups in the order they are shown, with the most that recording may take of the untracked
# time (stacks of 16 frames may take up to 1.0 in all of them).
GROUPS = {
    "callback chains": 0.60,
    "errback chains": 1.00,
    "waiting on Deferreds": 1.00,
    "await, inlineCallbacks": 0.90,
    "lists": 1.00,
    "cancelling": 1.00,
    "a reactor that is turned": 1.00,
}

WORKLOADS: dict[str, Workload] = {
    workload.run.__name__: workload
    for workload in (
        Workload("callback chains", fired_then_added, twisted=True),
        Workload("callback chains", added_then_fired, twisted=True),
        Workload("callback chains", long_chain),
        Workload("callback chains", all_four_adds),
        Workload("callback chains", maybe_deferred),
        Workload("errback chains", raised_and_handled, twisted=True),
        Workload("errback chains", failed_past_callbacks),
        Workload("waiting on Deferreds", returned_fired, twisted=True),
        Workload("waiting on Deferreds", returned_unfired, twisted=True),
        Workload("waiting on Deferreds", chain_deferred),
        Workload("await, inlineCallbacks", await_fired, twisted=True),
        Workload("await, inlineCallbacks", await_unfired, twisted=True),
        Workload("await, inlineCallbacks", await_nested),
        Workload("await, inlineCallbacks", await_deferred_of_coroutine),
        Workload("await, inlineCallbacks", inline_fired),
        Workload("await, inlineCallbacks", inline_unfired),
        Workload("lists", gather_fired),
        Workload("lists", gather_unfired),
        Workload("lists", deferred_list),
        Workload("cancelling", cancel_plain),
        Workload("cancelling", cancel_by_canceller),
        Workload("cancelling", cancel_waiting),
        Workload("a reactor that is turned", served.web_page, counted=200),
        Workload("a reactor that is turned", served.web_page_later, counted=200),
        Workload("a reactor that is turned", served.delayed_calls),
        Workload("a reactor that is turned", served.orders_worked_on),
    )
}
