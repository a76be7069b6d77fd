# SPDX-License-Identifier: MIT
"""Each callback fires the next Deferred, synchronously, 400 deep.

kinds: deep-recursion
cite: culprit
say: Firing the first ran hundreds of callbacks inside one another, attached in link.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


def link(following):
    d = defer.Deferred()
    d.addCallback(lambda value: following.callback(value))  # RT:culprit
    return d


last = defer.Deferred()
last.addCallback(lambda value: print("last got", value))
last.addErrback(lambda failure: print("last failed", failure.type.__name__))
first = last
for number in range(180):
    first = link(first)
reactor.callLater(0.1, first.callback, 1)
reactor.callLater(0.5, reactor.stop)
reactor.run()
