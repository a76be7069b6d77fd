# SPDX-License-Identifier: MIT
"""An inlineCallbacks function returns a Deferred instead of its value.

kinds: deferred-as-value unhandled-failure never-fired
cite: created
say: lookup returned the Deferred created in query as its value.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def query(name):
    return task.deferLater(reactor, 0.1, lambda: name.upper())  # RT:created


@defer.inlineCallbacks
def lookup(name):
    yield task.deferLater(reactor, 0.02, lambda: None)
    return query(name)


kept = []


def begin():
    kept.append(lookup("x").addCallback(print))


begin()
reactor.callLater(0.5, reactor.stop)
reactor.run()
