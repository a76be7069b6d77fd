# SPDX-License-Identifier: MIT
"""Cancelling a deferToThread does not stop its thread.

kinds: cancel-ineffective
cite: cancel culprit
say: give_up cancelled the Deferred of crunch, but the thread worked on for 0.4 s.
"""
import signal; signal.alarm(30)
import time
from twisted.internet import reactor, threads


def crunch():  # RT:culprit
    time.sleep(0.6)


def give_up():
    job.cancel()  # RT:cancel


def begin():
    global job
    job = threads.deferToThread(crunch)
    job.addErrback(lambda failure: print(failure.type.__name__))
    reactor.callLater(0.1, give_up)


reactor.callWhenRunning(begin)
reactor.callLater(0.9, reactor.stop)
reactor.run()
