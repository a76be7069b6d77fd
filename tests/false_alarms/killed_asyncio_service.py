# SPDX-License-Identifier: MIT
"""An asyncio service with Twisted inside: tasks, Futures and Deferreds both ways, idle in the end."""
import asyncio
from twisted.internet import asyncioreactor
asyncioreactor.install()
from twisted.internet import defer, reactor, task, threads
from twisted.internet.defer import Deferred


async def ticker():
    while True:
        await asyncio.sleep(0.05)
        await task.deferLater(reactor, 0.01, lambda: None).asFuture(asyncio.get_running_loop())


async def consume(queue):
    while True:
        await queue.get()


async def both():
    for _ in range(5):
        await Deferred.fromFuture(asyncio.ensure_future(asyncio.sleep(0.02)))
        await threads.deferToThread(sum, [1, 2])


def start():
    queue = asyncio.Queue()
    for number in range(5):
        queue.put_nowait(number)
    asyncio.ensure_future(consume(queue))
    asyncio.ensure_future(ticker())
    Deferred.fromCoroutine(both()).addErrback(print)
    Deferred.fromFuture(asyncio.ensure_future(consume(queue))).addErrback(
        lambda failure: failure.trap(asyncio.CancelledError)
    )
    task.LoopingCall(lambda: None).start(0.1)


reactor.callWhenRunning(start)
reactor.run()
