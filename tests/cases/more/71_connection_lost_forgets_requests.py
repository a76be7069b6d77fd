# SPDX-License-Identifier: MIT
"""A client protocol over TCP: when the connection is lost, requests in flight are forgotten.

kinds: never-fired
cite: created waiter
say: The Deferred created in Client.ask was never fired; main waits for it since the server hung up.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, endpoints, protocol, reactor, task
from twisted.protocols import basic


class Server(basic.LineReceiver):
    def lineReceived(self, line):
        self.transport.loseConnection()


class Client(basic.LineReceiver):
    def ask(self, line):
        self.answer = defer.Deferred()  # RT:created
        self.sendLine(line)
        return self.answer

    def lineReceived(self, line):
        self.answer.callback(line)


async def main():
    port = await endpoints.TCP4ServerEndpoint(reactor, 0).listen(protocol.Factory.forProtocol(Server))
    point = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
    client = await point.connect(protocol.Factory.forProtocol(Client))
    print(await client.ask(b"hello"))  # RT:waiter


defer.ensureDeferred(main())
reactor.callLater(1.0, reactor.stop)
reactor.run()
