# SPDX-License-Identifier: MIT
import signal; signal.alarm(5)
import time, threading, contextvars, asyncio
from twisted.internet import defer, reactor, task, threads

lock = defer.DeferredLock(); sem = defer.DeferredSemaphore(2)
@defer.inlineCallbacks
def use(i):
    yield lock.acquire()
    try: yield task.deferLater(reactor, 0.02, lambda: i)
    finally: lock.release()
async def use2(i):
    async with lock:
        await task.deferLater(reactor, 0.02, lambda: i)
@defer.inlineCallbacks
def main():
    yield defer.gatherResults([use(i) for i in range(5)] + [defer.ensureDeferred(use2(i)) for i in range(5)])
    yield defer.gatherResults([sem.run(task.deferLater, reactor, 0.02, lambda: 1) for i in range(9)])
main().addErrback(print).addBoth(lambda _: reactor.stop())
reactor.run()
