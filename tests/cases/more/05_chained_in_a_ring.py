# SPDX-License-Identifier: MIT
"""chainDeferred in both directions.

kinds: wait-cycle never-fired
cite: created
say: a waits for b by chainDeferred and b for a.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


def link():
    a = defer.Deferred()  # RT:created
    b = defer.Deferred()  # RT:created
    a.addCallback(lambda _: b)
    b.addCallback(lambda _: a)
    return a, b


a, b = link()
a.callback(None)
b.callback(None)
reactor.callLater(0.5, reactor.stop)
reactor.run()
