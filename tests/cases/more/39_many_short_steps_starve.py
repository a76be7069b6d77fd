# SPDX-License-Identifier: MIT
"""A job splits itself in callLater(0) steps so small and many that timers come late.

kinds: starved reactor-blocked
cite: culprit
say: index_all queued thousands of callLater(0) calls at once; the heartbeat had to wait for all of them.
"""
import signal; signal.alarm(30)
from twisted.internet import reactor, task


def index(number):
    sum(range(20000))


def index_all():
    for number in range(2500):
        reactor.callLater(0, index, number)  # RT:culprit


task.LoopingCall(lambda: None).start(0.05)
reactor.callLater(0.1, index_all)
reactor.callLater(1.6, reactor.stop)
reactor.run()
