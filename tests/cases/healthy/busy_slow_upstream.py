# SPDX-License-Identifier: MIT
"""A proxy in front of an upstream whose answers take from 5 ms to 0.4 s; one has still to come."""
import itertools

from twisted.internet import defer, endpoints, protocol, reactor
from twisted.protocols import basic

TIMES = [0.005, 0.01, 0.02, 0.4, 0.03, 0.005, 0.15, 0.01]


class Upstream(basic.LineReceiver):
    def lineReceived(self, line):
        number = int(line)
        takes = 60 if number == 5 else TIMES[number % len(TIMES)]
        reactor.callLater(takes, self.sendLine, line)


class Client(basic.LineReceiver):
    def __init__(self):
        self.waiting = {}

    def ask(self, number):
        d = self.waiting[number] = defer.Deferred()
        self.sendLine(b"%d" % number)
        return d

    def lineReceived(self, line):
        self.waiting.pop(int(line)).callback(line)


class Proxy:
    def __init__(self, client):
        self.client = client
        self.numbers = itertools.count()

    async def answer(self, number):
        return await self.client.ask(number)

    def request(self):
        defer.ensureDeferred(self.answer(next(self.numbers)))
        reactor.callLater(0.03, self.request)


async def main():
    port = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(
        protocol.Factory.forProtocol(Upstream)
    )
    point = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
    proxy = Proxy(await point.connect(protocol.Factory.forProtocol(Client)))
    proxy.request()


defer.ensureDeferred(main())
reactor.callLater(3.5, reactor.stop)
reactor.run()
