# SPDX-License-Identifier: MIT
"""put() runs the consumer, which puts again: a synchronous recursion through a DeferredQueue.

kinds: deep-recursion unhandled-failure
cite: culprit
say: step and put call each other, hundreds deep.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor

queue = defer.DeferredQueue()


def step(number):
    queue.get().addCallback(step)  # RT:culprit
    if number < 150:
        queue.put(number + 1)


queue.get().addCallback(step)
reactor.callLater(0.1, queue.put, 1)
reactor.callLater(0.4, reactor.stop)
reactor.run()
