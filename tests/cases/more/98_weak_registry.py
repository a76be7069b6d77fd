# SPDX-License-Identifier: MIT
"""Waiters are kept in a WeakValueDictionary: nobody else holds them.

kinds: collected-pending
cite: created waiter
say: The Deferred created in Session.wait was collected while `consume` waited for it.
"""
import signal; signal.alarm(30)
import gc
import weakref
from twisted.internet import defer, reactor


class Session:
    def __init__(self):
        self.waiters = weakref.WeakValueDictionary()

    def wait(self, number):
        d = defer.Deferred()  # RT:created
        self.waiters[number] = d
        return d


@defer.inlineCallbacks
def consume(session):
    message = yield session.wait(1)  # RT:waiter
    print(message)


session = Session()
consume(session)
reactor.callLater(0.1, gc.collect)
reactor.callLater(0.2, lambda: print(len(session.waiters), "waiters"))
reactor.callLater(0.5, reactor.stop)
reactor.run()
