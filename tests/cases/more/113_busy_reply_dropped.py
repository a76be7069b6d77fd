# SPDX-License-Identifier: MIT
"""A gateway in full swing: of many requests over one connection one reply is thrown away by the parser.

kinds: never-fired
severity: warning
cite: created waiter
say: The Deferred of one call in Upstream.call never fired, while many made after it did.
"""
import json
import signal; signal.alarm(30)
from twisted.internet import defer, endpoints, protocol, reactor, task
from twisted.protocols import basic


class Inventory(basic.LineReceiver):
    def lineReceived(self, line):
        asked = json.loads(line)
        stock = {"id": asked["id"], "stock": asked["item"] % 7}
        if asked["item"] == 13:
            stock["id"] = str(stock["id"])
        reactor.callLater(0.01, self.sendLine, json.dumps(stock).encode())


class Upstream(basic.LineReceiver):
    def __init__(self):
        self.calls = {}
        self.serial = 0

    def call(self, item):
        self.serial += 1
        d = self.calls[self.serial] = defer.Deferred()  # RT:created
        self.sendLine(json.dumps({"id": self.serial, "item": item}).encode())
        return d

    def lineReceived(self, line):
        reply = json.loads(line)
        waiting = self.calls.pop(reply["id"], None)
        if waiting is not None:
            waiting.callback(reply["stock"])

    def connectionLost(self, reason):
        pass


class Shop:
    def __init__(self, upstream):
        self.upstream = upstream
        self.served = 0

    async def visit(self, item):
        stock = await self.upstream.call(item)  # RT:waiter
        self.served += 1
        return stock

    def next_visitor(self, items):
        defer.ensureDeferred(self.visit(next(items))).addErrback(lambda failure: None)


async def main():
    port = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(
        protocol.Factory.forProtocol(Inventory)
    )
    point = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
    shop = Shop(await point.connect(protocol.Factory.forProtocol(Upstream)))
    task.LoopingCall(shop.next_visitor, iter(range(10_000))).start(0.025)


defer.ensureDeferred(main())
reactor.callLater(6, reactor.stop)
reactor.run()
