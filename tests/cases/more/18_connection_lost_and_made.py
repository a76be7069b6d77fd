# SPDX-License-Identifier: MIT
"""connectionLost fires the same Deferred as connectionMade did.

kinds: fired-twice
cite: created fired fired-again
say: Factory.connected was fired in made and again in lost.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


class Factory:
    def __init__(self):
        self.connected = defer.Deferred()  # RT:created

    def made(self):
        self.connected.callback(self)  # RT:fired

    def lost(self, reason):
        self.connected.errback(reason)  # RT:fired-again


factory = Factory()
reactor.callLater(0.05, factory.made)
reactor.callLater(0.15, factory.lost, RuntimeError("reset"))
reactor.callLater(0.4, reactor.stop)
reactor.run()
