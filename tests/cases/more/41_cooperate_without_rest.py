# SPDX-License-Identifier: MIT
"""A cooperator's iterator takes long in each step.

kinds: reactor-blocked starved
cite: culprit
say: The reactor was blocked by steps of convert.
"""
import signal; signal.alarm(30)
import time
from twisted.internet import reactor, task


def convert():
    for number in range(3):
        time.sleep(0.35)
        yield None


def begin():
    task.cooperate(convert())  # RT:culprit


task.LoopingCall(lambda: None).start(0.05)
reactor.callLater(0.1, begin)
reactor.callLater(1.7, reactor.stop)
reactor.run()
