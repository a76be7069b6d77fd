#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A twisted.web server, and a client in the same process that loads it.

The server answers at once (/), by a child made for the address (/product/7), later, from a timer
(/slow), and later, from several Deferreds gathered (/dashboard); a client that hangs up cancels the
work done for it. The client sends N requests, C at a time over kept connections, checks each answer
and prints how many a second were served.

    python examples/web_server.py --requests 2000 --concurrency 20
    reactortrack run -o web.rtlog examples/web_server.py
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from twisted.internet import task
from twisted.internet.defer import Deferred, ensureDeferred, gatherResults
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import Agent, HTTPConnectionPool, ResponseDone
from twisted.web.iweb import IResponse
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site


class Product(Resource):
    """One product; made anew for each request, as a database would."""

    isLeaf = True

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def render_GET(self, request: Request) -> bytes:
        request.setHeader(b"content-type", b"application/json")
        return json.dumps({"product": self.number, "price": self.number * 3 + 1}).encode()


class Products(Resource):
    def getChild(self, path: bytes, request: Request) -> Resource:
        return Product(int(path))


class Home(Resource):
    def getChild(self, path: bytes, request: Request) -> Resource:
        return self if path == b"" else super().getChild(path, request)

    def render_GET(self, request: Request) -> bytes:
        return b"welcome\n"


class Later(Resource):
    """Answers when a Deferred has fired, unless the client has gone by then."""

    isLeaf = True

    def __init__(self, reactor: Any) -> None:
        super().__init__()
        self.reactor = reactor

    def answer(self) -> Deferred[bytes]:
        raise NotImplementedError

    def render_GET(self, request: Request) -> int:
        working = self.answer()
        is_there = True

        def hung_up(failure: Failure) -> None:
            nonlocal is_there
            is_there = False
            working.cancel()

        def send(body: bytes) -> None:
            request.write(body)
            request.finish()

        def not_sent(failure: Failure) -> None:
            if is_there:  # else there is nobody to tell
                request.setResponseCode(500)
                request.finish()

        request.notifyFinish().addErrback(hung_up)
        working.addCallback(send)
        working.addErrback(not_sent)
        return NOT_DONE_YET


class Slow(Later):
    def answer(self) -> Deferred[bytes]:
        return task.deferLater(self.reactor, 0.002, lambda: b"at last\n")


class Dashboard(Later):
    """Three sources asked side by side; the page is made when all have answered."""

    def answer(self) -> Deferred[bytes]:
        sources = [
            task.deferLater(self.reactor, delay, lambda name=name: name.upper())
            for name, delay in (("orders", 0), ("stock", 0.001), ("mail", 0.002))
        ]
        page = gatherResults(sources, consumeErrors=True)
        page.addCallback(lambda parts: "\n".join(parts).encode())
        return page


def make_site(reactor: Any) -> Site:
    home = Home()
    home.putChild(b"product", Products())
    home.putChild(b"slow", Slow(reactor))
    home.putChild(b"dashboard", Dashboard(reactor))
    return Site(home)


# What the client asks for, in turn, and what it must get.
QUESTIONS = (
    (b"", b"welcome\n"),
    (b"product/7", b'{"product": 7, "price": 22}'),
    (b"product/31", b'{"product": 31, "price": 94}'),
    (b"slow", b"at last\n"),
    (b"dashboard", b"ORDERS\nSTOCK\nMAIL"),
)


class Body(Protocol):
    """Collects the body of a response; `complete` fires with it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.complete: Deferred[bytes] = Deferred()

    def dataReceived(self, data: bytes) -> None:
        self.parts.append(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if reason.check(ResponseDone):
            self.complete.callback(b"".join(self.parts))
        else:
            self.complete.errback(reason)


def body_of(response: IResponse) -> Deferred[bytes]:
    body = Body()
    response.deliverBody(body)
    return body.complete


async def visitor(agent: Agent, base: bytes, numbers: Iterator[int]) -> int:
    """Takes the next number and asks, until there are none; returns how many it asked."""
    asked = 0
    for number in numbers:
        path, expected = QUESTIONS[number % len(QUESTIONS)]
        response = await agent.request(b"GET", base + path)
        body = await body_of(response)
        if response.code != 200 or body != expected:
            raise RuntimeError(f"/{path.decode()}: {response.code} {body!r}")
        asked += 1
    return asked


async def load(reactor: Any, port: int, requests: int, concurrency: int) -> float:
    """Sends all requests; returns the seconds they took."""
    pool = HTTPConnectionPool(reactor)
    pool.maxPersistentPerHost = concurrency
    agent = Agent(reactor, pool=pool)
    base = b"http://127.0.0.1:%d/" % port
    numbers = iter(range(requests))
    began = time.perf_counter()
    visitors = [ensureDeferred(visitor(agent, base, numbers)) for _ in range(concurrency)]
    asked = await gatherResults(visitors, consumeErrors=True)
    seconds = time.perf_counter() - began
    assert sum(asked) == requests, asked
    await pool.closeCachedConnections()
    return seconds


async def serve_and_load(reactor: Any, options: argparse.Namespace) -> None:
    endpoint = TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1")
    port = await endpoint.listen(make_site(reactor))
    number = port.getHost().port
    print(f"serving http://127.0.0.1:{number}/, {options.concurrency} visitors at a time")
    seconds = await load(reactor, number, options.requests, options.concurrency)
    await port.stopListening()
    rate = options.requests / seconds
    print(f"{options.requests} requests in {seconds:.3f} s, {rate:.1f} requests/s")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="A twisted.web server under load.")
    parser.add_argument("--requests", type=int, default=1000, metavar="N")
    parser.add_argument("--concurrency", type=int, default=20, metavar="C")
    options = parser.parse_args(arguments)
    task.react(lambda reactor: ensureDeferred(serve_and_load(reactor, options)))


if __name__ == "__main__":
    main(sys.argv[1:])
