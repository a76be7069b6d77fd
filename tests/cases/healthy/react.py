# SPDX-License-Identifier: MIT
import signal; signal.alarm(5)
import time, threading, contextvars, asyncio
from twisted.internet import defer, reactor, task, threads

from twisted.internet import endpoints, protocol
class Echo(protocol.Protocol):
    def dataReceived(self, data): self.transport.write(data)
class Client(protocol.Protocol):
    def __init__(self): self.got = defer.Deferred(); self.lost = defer.Deferred()
    def connectionMade(self): self.transport.write(b"hi")
    def dataReceived(self, data): self.got.callback(data); self.transport.loseConnection()
    def connectionLost(self, reason): self.lost.callback(None)
@defer.inlineCallbacks
def main(reactor):
    port = yield endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(protocol.Factory.forProtocol(Echo))
    p = yield endpoints.connectProtocol(endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port), Client())
    print((yield p.got)); yield p.lost
    yield port.stopListening()
task.react(main)
