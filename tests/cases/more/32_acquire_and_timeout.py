# SPDX-License-Identifier: MIT
"""A timed-out holder never releases: release() is behind the await that fails.

kinds: lock-held
cite: holder waiter
say: The lock was taken in update; the holder ended with TimeoutError without giving it back.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Store:
    def __init__(self):
        self.lock = defer.DeferredLock()

    @defer.inlineCallbacks
    def update(self, delay):
        yield self.lock.acquire()  # RT:holder RT:waiter
        yield task.deferLater(reactor, delay, lambda: None).addTimeout(0.1, reactor)
        self.lock.release()


store = Store()
store.update(5).addErrback(lambda failure: print(failure.type.__name__))
reactor.callLater(0.2, store.update, 0.01)
reactor.callLater(0.8, reactor.stop)
reactor.run()
