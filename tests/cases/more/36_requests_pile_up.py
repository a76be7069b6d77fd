# SPDX-License-Identifier: MIT
"""Requests are made at a fixed rate, their answers never come.

kinds: piling-up never-fired
cite: created
say: All of the Deferreds created in Poller.poll are unfinished, more each tick.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Poller:
    def __init__(self):
        self.waiting = []

    def poll(self):
        d = defer.Deferred()  # RT:created
        d.addCallback(print)
        self.waiting.append(d)


poller = Poller()
task.LoopingCall(poller.poll).start(0.01)
reactor.callLater(0.9, reactor.stop)
reactor.run()
