# SPDX-License-Identifier: MIT
"""A periodic job waits for a lock that somebody else keeps.

kinds: loop-stuck lock-held
cite: holder
say: The loop of compact is stuck: it waits for the lock that backup took and keeps.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

lock = defer.DeferredLock()
tape = defer.Deferred()


@defer.inlineCallbacks
def backup():
    yield lock.acquire()  # RT:holder
    yield tape
    lock.release()


@defer.inlineCallbacks
def compact():
    yield lock.acquire()
    lock.release()


task.LoopingCall(compact).start(0.05)
reactor.callLater(0.12, backup)
reactor.callLater(1.0, reactor.stop)
reactor.run()
