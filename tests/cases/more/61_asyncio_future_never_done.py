# SPDX-License-Identifier: MIT
"""A Deferred made from an asyncio Future that nobody completes.

kinds: never-fired
cite: created waiter
say: consume waits for the Deferred made from a Future in next_message; nothing completes it.
"""
import signal; signal.alarm(30)
import asyncio
from twisted.internet import asyncioreactor
asyncioreactor.install()
from twisted.internet import defer, reactor, task

waiting = []


def next_message():
    future = asyncio.get_event_loop().create_future()
    waiting.append(future)
    return defer.Deferred.fromFuture(future)  # RT:created


async def consume():
    while True:
        print(await next_message())  # RT:waiter


reactor.callWhenRunning(lambda: defer.ensureDeferred(consume()))
reactor.callLater(0.1, lambda: waiting[0].set_result("one"))
reactor.callLater(0.8, reactor.stop)
reactor.run()
