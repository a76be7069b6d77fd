# SPDX-License-Identifier: MIT
"""A slow login among quick ones, with plain callbacks.

kinds: slow
cite: created
say: The Deferred created in login took 0.7 s, the others 0.03 s.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


def login(name, delay):
    d = defer.Deferred()  # RT:created
    d.addCallback(lambda _: name)
    reactor.callLater(delay, d.callback, None)
    return d


for number in range(10):
    login(str(number), 0.7 if number == 4 else 0.03)
reactor.callLater(1.0, reactor.stop)
reactor.run()
