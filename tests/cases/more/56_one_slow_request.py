# SPDX-License-Identifier: MIT
"""One of many requests takes ten times as long: where did its time go?

kinds: slow
cite: waiter
say: handle(7) took 0.8 s, most of it at the await of search; the others took 0.05 s.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


async def search(number):
    return await task.deferLater(reactor, 0.8 if number == 7 else 0.05, lambda: number)


async def handle(number):
    await task.deferLater(reactor, 0.01, lambda: None)
    return await search(number)  # RT:waiter


for number in range(12):
    reactor.callLater(0.01 * number, lambda number=number: defer.ensureDeferred(handle(number)))
reactor.callLater(1.2, reactor.stop)
reactor.run()
