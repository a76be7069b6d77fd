# SPDX-License-Identifier: MIT
"""A release() in a finally clause runs although acquire() was cancelled: one token too many, later an assertion.

kinds: unhandled-failure cancelled-by
cite: raised
say: release() in use failed with AssertionError: acquire() had been cancelled.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

tokens = defer.DeferredSemaphore(1)


async def use(delay):
    try:
        await tokens.acquire()
        await task.deferLater(reactor, delay, lambda: None)
    finally:
        tokens.release()  # RT:raised


first = defer.ensureDeferred(use(0.2))
second = defer.ensureDeferred(use(0.1))
reactor.callLater(0.05, second.cancel)
reactor.callLater(0.7, reactor.stop)
reactor.run()
