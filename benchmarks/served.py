# SPDX-License-Identifier: MIT
"""What a program does around its Deferreds: a page served, calls made later, orders worked on.

The reactor is the real one, turned by hand, and the pages go through a socket of the loopback
interface, so nothing is left out; but the client is a plain socket in the same thread, so that the
same happens each time and instructions can be counted.
"""

from __future__ import annotations

import functools
import socket
from typing import Any

from twisted.internet import task
from twisted.internet.defer import (
    Deferred,
    DeferredQueue,
    DeferredSemaphore,
    ensureDeferred,
    gatherResults,
)
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site


@functools.cache
def the_reactor() -> Any:
    """Imported, and so chosen, when it is needed: a program that is measured has its own choice."""
    from twisted.internet import reactor

    return reactor


class Home(Resource):
    """Answers at once."""

    isLeaf = True

    def render_GET(self, request: Request) -> bytes:
        request.setHeader(b"content-type", b"text/plain; charset=utf-8")
        return b"welcome\n"


class Later(Resource):
    """Answers with the result of a Deferred, in a later turn, unless the client has gone."""

    isLeaf = True

    def render_GET(self, request: Request) -> int:
        working: Deferred[bytes] = task.deferLater(the_reactor(), 0, b"at last\n".upper)
        request.notifyFinish().addErrback(lambda _: working.cancel())

        def send(body: bytes) -> None:
            request.write(body)
            request.finish()

        working.addCallback(send)
        return NOT_DONE_YET


@functools.cache
def address() -> tuple[str, int]:
    """The server is begun with the first question, and never ended."""
    root = Resource()
    root.putChild(b"", Home())
    root.putChild(b"later", Later())
    port = the_reactor().listenTCP(0, Site(root), interface="127.0.0.1")
    return "127.0.0.1", port.getHost().port


class Visitor:
    """A connection to the server; asks, and turns the reactor until the answer is there."""

    def __enter__(self) -> Visitor:
        self.socket = socket.create_connection(address())
        self.socket.setblocking(False)
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()
        for _turn in range(2):  # until the server knows
            the_reactor().iterate(0)

    def ask(self, path: bytes) -> bytes:
        self.socket.send(b"GET /%s HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n" % path)
        answer = b""
        while not answer.endswith((b"welcome\n", b"AT LAST\n\r\n0\r\n\r\n")):
            the_reactor().iterate(0)
            try:
                answer += self.socket.recv(65536)
            except BlockingIOError:
                continue
        return answer


def web_page(iterations: int) -> None:
    with Visitor() as visitor:
        for _ in range(iterations):
            visitor.ask(b"")


def web_page_later(iterations: int) -> None:
    with Visitor() as visitor:
        for _ in range(iterations):
            visitor.ask(b"later")


def turn_until(ends: Deferred[Any]) -> None:
    done: list[object] = []
    ends.addBoth(done.append)
    while not done:
        the_reactor().iterate(0)


def delayed_calls(iterations: int) -> None:
    """Of three calls one is made, one is put off and made, one is cancelled."""
    for _ in range(iterations):
        the_reactor().callLater(0, len, "abc")
        put_off = the_reactor().callLater(3600, len, "abc")
        put_off.reset(0)
        the_reactor().callLater(3600, len, "abc").cancel()
        the_reactor().iterate(0)


async def answered(permits: DeferredSemaphore, number: int) -> int:
    """A call to a service: permitted, in time, and later."""
    await permits.acquire()
    try:
        asked = task.deferLater(the_reactor(), 0, abs, number)
        return await asked.addTimeout(60, the_reactor())
    finally:
        permits.release()


async def worker(orders: DeferredQueue[int | None], permits: DeferredSemaphore) -> int:
    total = 0
    while (order := await orders.get()) is not None:
        both = [ensureDeferred(answered(permits, number)) for number in (order, order + 1)]
        total += sum(await gatherResults(both, consumeErrors=True))
    return total


def orders_worked_on(iterations: int) -> None:
    """A queue, two workers, a semaphore, timeouts; four orders in one iteration."""
    for _ in range(iterations):
        orders: DeferredQueue[int | None] = DeferredQueue()
        permits = DeferredSemaphore(3)
        workers = [ensureDeferred(worker(orders, permits)) for _ in range(2)]
        for order in (1, 2, 3, 4, None, None):
            orders.put(order)
        turn_until(gatherResults(workers))
