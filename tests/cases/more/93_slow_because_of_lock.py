# SPDX-License-Identifier: MIT
"""One request is slow because it waits for another's lock.

kinds: slow
cite: waiter
say: handle(5) took 0.7 s, most of it at `await lock.acquire()`.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

lock = defer.DeferredLock()


async def handle(number):
    await lock.acquire()  # RT:waiter
    try:
        await task.deferLater(reactor, 0.01, lambda: None)
    finally:
        lock.release()


async def rebuild():
    async with lock:
        await task.deferLater(reactor, 0.7, lambda: None)


def begin(number):
    if number == 10:
        defer.ensureDeferred(rebuild())
    defer.ensureDeferred(handle(number))


for number in range(11):
    reactor.callLater(0.03 * number, begin, number)
reactor.callLater(1.3, reactor.stop)
reactor.run()
