# SPDX-License-Identifier: MIT
"""Many short requests at once on one thread: busy, but nothing waits for ever."""
from twisted.internet import defer, protocol, reactor, endpoints, task
from twisted.protocols import basic


class Server(basic.LineReceiver):
    def lineReceived(self, line):
        d = task.deferLater(reactor, 0.005, lambda: line.upper())
        d.addCallback(self.sendLine)


class Client(basic.LineReceiver):
    def __init__(self):
        self.waiting = []

    def ask(self, line):
        d = defer.Deferred()
        self.waiting.append(d)
        self.sendLine(line)
        return d

    def lineReceived(self, line):
        self.waiting.pop(0).callback(line)

    def connectionLost(self, reason):
        for each in self.waiting:
            each.errback(reason)


async def talk(client, stop):
    while not stop:
        assert await client.ask(b"x" * 20) == b"X" * 20


async def main(reactor):
    listening = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(
        protocol.Factory.forProtocol(Server)
    )
    stop = []
    point = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", listening.getHost().port)
    clients = [await point.connect(protocol.Factory.forProtocol(Client)) for _ in range(20)]
    talks = [defer.ensureDeferred(talk(each, stop)) for each in clients]
    await task.deferLater(reactor, 2, lambda: None)
    stop.append(True)
    await defer.gatherResults(talks)
    for each in clients:
        each.transport.loseConnection()
    await listening.stopListening()


task.react(main)
