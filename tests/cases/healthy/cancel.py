# SPDX-License-Identifier: MIT
import signal; signal.alarm(5)
import time, threading, contextvars, asyncio
from twisted.internet import defer, reactor, task, threads

def forever(): return defer.Deferred(lambda d: None)
@defer.inlineCallbacks
def main():
    d = forever(); d.addErrback(lambda f: f.trap(defer.CancelledError))
    reactor.callLater(0.05, d.cancel); yield d
    d = defer.Deferred(); d.addTimeout(0.05, reactor)
    try: yield d
    except defer.TimeoutError: pass
    d = task.deferLater(reactor, 5, lambda: None)
    reactor.callLater(0.05, d.cancel)
    try: yield d
    except defer.CancelledError: yield task.deferLater(reactor, 0.02, lambda: None)
main().addErrback(print).addBoth(lambda _: reactor.stop())
reactor.run()
