# SPDX-License-Identifier: MIT
"""A line server read by coroutines: many short visits, and visitors who stay and say nothing."""
from twisted.internet import defer, endpoints, error, protocol, reactor, task
from twisted.protocols import basic


class Lines(basic.LineReceiver):
    def connectionMade(self):
        self.got = []
        self.waiting = None
        defer.ensureDeferred(self.factory.serve(self)).addErrback(
            lambda failure: failure.trap(error.ConnectionClosed)
        )

    def read(self):
        d = defer.Deferred()
        if self.got:
            d.callback(self.got.pop(0))
        else:
            self.waiting = d
        return d

    def lineReceived(self, line):
        if self.waiting is None:
            self.got.append(line)
        else:
            waiting, self.waiting = self.waiting, None
            waiting.callback(line)

    def connectionLost(self, reason):
        if self.waiting is not None:
            waiting, self.waiting = self.waiting, None
            waiting.errback(reason)


async def serve(connection):
    while True:
        line = await connection.read()
        connection.sendLine(line[::-1])


class Visitor(basic.LineReceiver):
    def connectionMade(self):
        self.sendLine(b"hello")

    def lineReceived(self, line):
        self.transport.loseConnection()


class Silent(protocol.Protocol):
    pass


async def main():
    factory = protocol.Factory.forProtocol(Lines)
    factory.serve = serve
    port = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(factory)
    point = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
    for _ in range(3):
        await point.connect(protocol.Factory.forProtocol(Silent))
    task.LoopingCall(point.connect, protocol.Factory.forProtocol(Visitor)).start(0.04)


defer.ensureDeferred(main())
reactor.callLater(3.0, reactor.stop)
reactor.run()
