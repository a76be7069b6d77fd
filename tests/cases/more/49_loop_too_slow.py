# SPDX-License-Identifier: MIT
"""Each iteration takes longer than the interval.

kinds: loop-overlap
cite: created
say: The loop of poll every 50 ms takes 120 ms an iteration.
"""
import signal; signal.alarm(30)
from twisted.internet import reactor, task


def poll():
    return task.deferLater(reactor, 0.12, lambda: None)


def start():
    task.LoopingCall(poll).start(0.05)  # RT:created


start()
reactor.callLater(0.9, reactor.stop)
reactor.run()
