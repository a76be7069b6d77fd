# SPDX-License-Identifier: MIT
"""Work in a thread waits for other work of the same pool.

kinds: pool-exhausted
cite: culprit waiter
say: All threads run outer, which waits for inner; inner has not begun.
"""
import signal; signal.alarm(30)
import os
import queue
from twisted.internet import reactor

reactor.suggestThreadPoolSize(1)
answers = queue.Queue()


def inner():
    answers.put(1)


def outer():  # RT:culprit
    reactor.callFromThread(reactor.callInThread, inner)  # RT:waiter
    answers.get()


reactor.callWhenRunning(reactor.callInThread, outer)
reactor.callLater(1.0, os._exit, 0)
reactor.run()
