# SPDX-License-Identifier: MIT
"""Slow look-ups fill the thread pool; quick work waits behind them.

kinds: pool-exhausted
cite: culprit waiter
say: 2 threads run resolve; quick was queued and has not begun.
"""
import signal; signal.alarm(30)
import time
from twisted.internet import reactor, threads

reactor.suggestThreadPoolSize(2)


def resolve(name):  # RT:culprit
    time.sleep(0.9)


def quick():
    return 1


def begin():
    for name in ("a", "b"):
        threads.deferToThread(resolve, name)
    threads.deferToThread(quick).addCallback(print)  # RT:waiter


reactor.callWhenRunning(begin)
reactor.callLater(0.6, reactor.stop)
reactor.run()
