#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A pipeline that prepares orders: queue, workers, retries, timeouts, cancellation.

Orders go into a DeferredQueue. Workers (`async def`) take them; for each they ask a warehouse and a
price list side by side (gatherResults), no more than a few calls at once (DeferredSemaphore). The
warehouse is slow at times (a timeout cancels the call and it is tried again) and refuses at times
(tried again after a pause, in inlineCallbacks). Some customers withdraw their order while it is
worked on, which cancels its work. A LoopingCall prints how far it is. All outcomes are expected and
handled, and nothing is left over at the end: no pending Deferred, no timer.

    python examples/pipeline.py --orders 60
    reactortrack run -o pipeline.rtlog examples/pipeline.py
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Generator
from typing import Any

from twisted.internet import task
from twisted.internet.defer import (
    CancelledError,
    Deferred,
    DeferredQueue,
    DeferredSemaphore,
    FirstError,
    TimeoutError,
    ensureDeferred,
    gatherResults,
    inlineCallbacks,
)
from twisted.python.failure import Failure

TIMEOUT_S = 0.05
ATTEMPTS = 6
WORKERS = 6
CALLS_AT_ONCE = 4


class Refused(Exception):
    """The warehouse is busy and says so."""


class Warehouse:
    """A service that takes its time. The seed decides what it does, so runs are alike."""

    def __init__(self, reactor: Any, seed: int) -> None:
        self.reactor = reactor
        self.random = random.Random(seed)
        self.calls = 0

    def stock(self, order: int) -> Deferred[int]:
        """How many are in stock. May take longer than anyone waits, or be refused."""
        self.calls += 1
        chance = self.random.random()
        if chance < 0.10:
            return self._answer(TIMEOUT_S * 20, order)
        if chance < 0.25:
            return self._answer(0.002, Failure(Refused(f"order {order}: try again")))
        return self._answer(0.002 + 0.006 * self.random.random(), order % 7)

    def price(self, order: int) -> Deferred[int]:
        self.calls += 1
        return self._answer(0.001 + 0.002 * self.random.random(), 100 + order)

    def _answer(self, delay_s: float, answer: object) -> Deferred[Any]:
        """A Deferred that fires later. Who cancels it also cancels the timer."""
        answering: Deferred[Any] = Deferred(lambda _: timer.cancel())
        timer = self.reactor.callLater(delay_s, answering.callback, answer)
        return answering


class Pipeline:
    def __init__(self, reactor: Any, warehouse: Warehouse) -> None:
        self.reactor = reactor
        self.warehouse = warehouse
        self.orders: DeferredQueue[int | None] = DeferredQueue()
        self.permits = DeferredSemaphore(CALLS_AT_ONCE)
        self.working: dict[int, Deferred[int]] = {}
        self.outcomes: Counter[str] = Counter()
        self.total = 0

    @inlineCallbacks
    def patiently(
        self, ask: Callable[[int], Deferred[int]], order: int
    ) -> Generator[Deferred[Any], Any, int]:
        """Asks until there is an answer, a few times at most, with a longer pause each time."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                # The timeout counts from when a permit was given, not from when it was asked for.
                answer: int = yield self.permits.run(self.in_time, ask, order)
            except (Refused, TimeoutError) as problem:
                self.outcomes[f"retry after {type(problem).__name__}"] += 1
                if attempt == ATTEMPTS:
                    raise
                yield task.deferLater(self.reactor, 0.002 * 2**attempt)
            else:
                return answer
        raise AssertionError("not reached")

    def in_time(self, ask: Callable[[int], Deferred[int]], order: int) -> Deferred[int]:
        return ask(order).addTimeout(TIMEOUT_S, self.reactor)

    async def prepare(self, order: int) -> int:
        questions = [
            self.patiently(self.warehouse.stock, order),
            self.patiently(self.warehouse.price, order),
        ]
        try:
            stock, price = await gatherResults(questions, consumeErrors=True)
        except FirstError as first:
            for question in questions:  # one has failed: the other's answer helps nobody
                if not question.called:
                    question.cancel()
            raise first.subFailure.value from first
        return stock * price

    async def worker(self) -> int:
        """Prepares orders until it takes None from the queue; returns how many it took."""
        taken = 0
        while True:
            order = await self.orders.get()
            if order is None:
                return taken
            taken += 1
            work = self.working[order] = ensureDeferred(self.prepare(order))
            try:
                self.total += await work
                self.outcomes["prepared"] += 1
            except CancelledError:
                self.outcomes["withdrawn"] += 1
            except (Refused, TimeoutError):
                self.outcomes["given up"] += 1
            finally:
                del self.working[order]

    def withdraw(self, order: int) -> None:
        """A customer thinks again; too late when the order is done or not begun."""
        if order in self.working:
            self.working[order].cancel()

    def report(self) -> None:
        done = sum(self.outcomes[name] for name in ("prepared", "withdrawn", "given up"))
        print(f"  {done} done, {len(self.working)} being worked on")


async def run(reactor: Any, options: argparse.Namespace) -> None:
    pipeline = Pipeline(reactor, Warehouse(reactor, options.seed))
    reporting = task.LoopingCall(pipeline.report)
    reporting.clock = reactor
    reported = reporting.start(0.25, now=False)
    workers = [ensureDeferred(pipeline.worker()) for _ in range(WORKERS)]

    for order in range(options.orders):
        pipeline.orders.put(order)
        if order % 5 == 0:
            await task.deferLater(reactor, 0.004)
        if order % 11 == 10:
            pipeline.withdraw(next(iter(pipeline.working), -1))
    for _ in workers:
        pipeline.orders.put(None)

    taken = await gatherResults(workers, consumeErrors=True)
    reporting.stop()
    await reported
    assert sum(taken) == options.orders, taken
    assert not pipeline.working
    assert pipeline.permits.tokens == CALLS_AT_ONCE  # all given back
    print(f"{options.orders} orders by {WORKERS} workers in {pipeline.warehouse.calls} calls:")
    for outcome, count in sorted(pipeline.outcomes.items()):
        print(f"  {outcome}: {count}")
    print(f"  worth {pipeline.total}")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="A pipeline of coroutines over Deferreds.")
    parser.add_argument("--orders", type=int, default=200, metavar="N")
    parser.add_argument("--seed", type=int, default=2013)
    options = parser.parse_args(arguments)
    task.react(lambda reactor: ensureDeferred(run(reactor, options)))


if __name__ == "__main__":
    main(sys.argv[1:])
