# SPDX-License-Identifier: MIT
"""More and more requests wait for one lock.

kinds: piling-up lock-held
cite: waiter
say: More than 100 wait in the queue of the lock; each holds it for 50 ms, and one comes each 5 ms.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

lock = defer.DeferredLock()


def request():
    return lock.run(task.deferLater, reactor, 0.05, lambda: None)  # RT:waiter


task.LoopingCall(lambda: request() and None).start(0.005)
reactor.callLater(0.9, reactor.stop)
reactor.run()
