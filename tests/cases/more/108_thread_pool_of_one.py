# SPDX-License-Identifier: MIT
"""All look-ups share one thread and one of them hangs in a lock that nobody opens.

kinds: pool-exhausted
cite: culprit waiter
say: The pool's one thread runs hang; lookup waits for it.
"""
import signal; signal.alarm(30)
import os
import threading
from twisted.internet import reactor, threads
from twisted.python.threadpool import ThreadPool

gate = threading.Event()
pool = ThreadPool(1, 1, "dns")


def hang():  # RT:culprit
    gate.wait()


def lookup():
    return "127.0.0.1"


def start():
    pool.start()
    threads.deferToThreadPool(reactor, pool, hang)
    reactor.callLater(0.1, ask)


def ask():
    threads.deferToThreadPool(reactor, pool, lookup).addCallback(print)  # RT:waiter


reactor.callWhenRunning(start)
reactor.callLater(0.9, os._exit, 0)
reactor.run()
