# SPDX-License-Identifier: MIT
"""A callback in a worker thread fires the Deferred itself.

kinds: wrong-thread
cite: created culprit
say: The Deferred of scan was fired in a pool thread by work.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


def scan(path):
    d = defer.Deferred()  # RT:created

    def work():
        d.callback(len(path))  # RT:culprit

    reactor.callInThread(work)
    return d


reactor.callWhenRunning(lambda: scan("/tmp").addCallback(print))
reactor.callLater(0.5, reactor.stop)
reactor.run()
