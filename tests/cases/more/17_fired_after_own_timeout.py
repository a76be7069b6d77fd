# SPDX-License-Identifier: MIT
"""A home-made timeout errbacks, then the late answer calls back.

kinds: fired-twice
cite: created fired
say: The Deferred of request was failed by expire, and fired again by answer.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


class Request:
    def __init__(self):
        self.done = defer.Deferred()  # RT:created
        self.done.addErrback(lambda failure: print("failed:", failure.type.__name__))
        reactor.callLater(0.1, self.expire)
        reactor.callLater(0.2, self.answer)

    def expire(self):
        self.done.errback(TimeoutError("too late"))  # RT:fired

    def answer(self):
        self.done.callback("late")  # RT:fired-again


request = Request()
reactor.callLater(0.5, reactor.stop)
reactor.run()
