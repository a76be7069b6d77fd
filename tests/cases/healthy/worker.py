# SPDX-License-Identifier: MIT
import signal; signal.alarm(5)
import time, threading, contextvars, asyncio
from twisted.internet import defer, reactor, task, threads

q = defer.DeferredQueue()
@defer.inlineCallbacks
def worker():
    while True:
        f = yield q.get()
        yield task.deferLater(reactor, 0.01, lambda: None)
worker(); worker()
for i in range(10): q.put(i)
reactor.callLater(0.9, reactor.stop); reactor.run()
