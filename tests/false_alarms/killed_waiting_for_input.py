# SPDX-License-Identifier: MIT
"""A program whose main coroutine waits for what only the outside can send."""
from twisted.internet import defer, endpoints, protocol, task


class Line(protocol.Protocol):
    def dataReceived(self, data):
        self.factory.lines.put(data)


async def main(reactor):
    factory = protocol.Factory.forProtocol(Line)
    factory.lines = defer.DeferredQueue()
    await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(factory)
    finished = defer.Deferred()
    finished.addCallback(lambda _: print("bye"))
    while True:
        line = await factory.lines.get()
        print(line)


task.react(main)
