# SPDX-License-Identifier: MIT
"""One shared Deferred is returned from callbacks of two chains: the second gets None.

kinds: result-taken
cite: created
say: Both chains returned the Deferred created in session; the first took its value.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor

shared = []


def session(_):
    if not shared:
        shared.append(defer.Deferred())  # RT:created
    return shared[0]


def request(name):
    d = defer.succeed(None)
    d.addCallback(session)
    d.addCallback(lambda value: print(name, value))
    return d


request("one")
request("two")
reactor.callLater(0.1, lambda: shared[0].callback("session"))
reactor.callLater(0.4, reactor.stop)
reactor.run()
