# SPDX-License-Identifier: MIT
"""A Deferred with callbacks goes out of scope before anybody could fire it.

kinds: collected-pending
cite: created attached
say: The Deferred created in subscribe was collected; its callback never ran.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


def subscribe(topic):
    d = defer.Deferred()  # RT:created
    d.addCallback(lambda message: print(topic, message))  # RT:attached
    return lambda: d


def begin():
    subscribe("news")


reactor.callLater(0.1, begin)
reactor.callLater(0.4, reactor.stop)
reactor.run()
