# SPDX-License-Identifier: MIT
"""A before-shutdown trigger waits for a job that waits for a lock nobody gives back.

kinds: never-fired lock-held
cite: waiter
say: reactor.stop() was called; close waits for the lock that job took and keeps.
"""
import signal; signal.alarm(30)
import os
from twisted.internet import defer, reactor, task

lock = defer.DeferredLock()
done = defer.Deferred()


@defer.inlineCallbacks
def job():
    yield lock.acquire()
    yield done
    lock.release()


def close():
    return lock.run(lambda: None)  # RT:waiter


job()
reactor.addSystemEventTrigger("before", "shutdown", close)
reactor.callLater(0.1, reactor.stop)
reactor.callLater(1.2, os._exit, 0)
reactor.run()
