# SPDX-License-Identifier: MIT
"""An errback traps another type than the one that comes.

kinds: unhandled-failure
cite: raised created
say: OSError raised in write went past retry, which traps TimeoutError only.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


def write(_):
    raise OSError("disk")  # RT:raised


def retry(failure):
    failure.trap(TimeoutError)
    return "again"


def save():
    d = defer.Deferred()  # RT:created
    d.addCallback(write)
    d.addErrback(retry)
    reactor.callLater(0.05, d.callback, None)
    return d


pending = [save()]
reactor.callLater(0.5, reactor.stop)
reactor.run()
