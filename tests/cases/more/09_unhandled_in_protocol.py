# SPDX-License-Identifier: MIT
"""A callback of a request fails, nobody added an errback, and the request stays in a table.

kinds: unhandled-failure
cite: created raised
say: ValueError raised in parse is held by the Deferred created in Protocol.send.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


class Protocol:
    def __init__(self):
        self.requests = {}

    def send(self, number):
        d = self.requests[number] = defer.Deferred()  # RT:created
        d.addCallback(self.parse)
        return d

    def parse(self, text):
        return int(text)  # RT:raised


protocol = Protocol()
protocol.send(1)
reactor.callLater(0.1, protocol.requests[1].callback, "12x")
reactor.callLater(0.6, reactor.stop)
reactor.run()
