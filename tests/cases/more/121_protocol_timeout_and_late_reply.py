# SPDX-License-Identifier: MIT
"""A protocol with TimeoutMixin: the timeout fires the request, and the late reply fires it once more.

kinds: fired-twice
cite: fired fired-again
say: The Deferred of fetch was fired by timeoutConnection, then again by lineReceived.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, endpoints, error, protocol, reactor
from twisted.protocols import basic, policies


class Slow(basic.LineReceiver):
    def lineReceived(self, line):
        reactor.callLater(0.4 if line == b"large" else 0.01, self.sendLine, line * 2)


class Fetcher(basic.LineReceiver, policies.TimeoutMixin):
    def fetch(self, name):
        self.done = defer.Deferred()
        self.setTimeout(0.2)
        self.sendLine(name)
        return self.done

    def timeoutConnection(self):
        self.done.errback(error.TimeoutError("no answer"))  # RT:fired

    def lineReceived(self, line):
        self.setTimeout(None)
        self.done.callback(line)  # RT:fired-again


class Crawl:
    def __init__(self):
        self.got = []

    @defer.inlineCallbacks
    def run(self):
        port = yield endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(
            protocol.Factory.forProtocol(Slow)
        )
        point = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
        fetcher = yield point.connect(protocol.Factory.forProtocol(Fetcher))
        for name in (b"small", b"large"):
            try:
                self.got.append((yield fetcher.fetch(name)))
            except error.TimeoutError:
                self.got.append(None)


Crawl().run()
reactor.callLater(1.0, reactor.stop)
reactor.run()
