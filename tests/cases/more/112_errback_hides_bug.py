# SPDX-License-Identifier: MIT
"""A retry errback treats every failure as a network error, a bug included.

kinds: failure-swallowed failure-trace
cite: raised
say: The errback again took TypeError raised in sign, and returned the old value.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def sign(message):
    return message + 1  # RT:raised


def again(failure):
    print("network trouble, using the cache")
    return "cached"


def send():
    return task.deferLater(reactor, 0.05, sign, "hello").addErrback(again).addCallback(print)


send()
reactor.callLater(0.4, reactor.stop)
reactor.run()
