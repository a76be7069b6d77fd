# SPDX-License-Identifier: MIT
"""close() may be called by the user and by the peer; the second call fires again.

kinds: fired-twice
cite: created fired fired-again
say: Stream.closed was fired by the user's close() and again by on_eof.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


class Stream:
    def __init__(self):
        self.closed = defer.Deferred()  # RT:created

    def close(self):
        self.closed.callback("by us")  # RT:fired

    def on_eof(self):
        try:
            self.closed.callback("by them")  # RT:fired-again
        except defer.AlreadyCalledError:
            print("already")


stream = Stream()
reactor.callLater(0.05, stream.close)
reactor.callLater(0.1, stream.on_eof)
reactor.callLater(0.3, reactor.stop)
reactor.run()
