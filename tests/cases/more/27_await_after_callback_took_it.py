# SPDX-License-Identifier: MIT
"""A cached Deferred whose value was consumed by a callback that returns None.

kinds: result-taken
cite: created culprit
say: log, attached in warm_up, returned None; request awaited the cached Deferred and got None.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def connect():
    return task.deferLater(reactor, 0.05, lambda: "connection")  # RT:created


def warm_up():
    d = connect()
    d.addCallback(log)  # RT:culprit
    return d


def log(connection):
    print("connected", connection)


shared = warm_up()


@defer.inlineCallbacks
def request():
    connection = yield shared  # RT:waiter
    print("using", connection)


reactor.callLater(0.2, request)
reactor.callLater(0.5, reactor.stop)
reactor.run()
