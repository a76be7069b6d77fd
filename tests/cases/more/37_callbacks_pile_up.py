# SPDX-License-Identifier: MIT
"""Each request adds a callback to one long-lived Deferred.

kinds: piling-up
cite: attached created
say: A callback is attached in Handler.request to the Deferred `closed` of each connection, again and again.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

closed = defer.Deferred()  # RT:created


class Handler:
    def request(self):
        closed.addBoth(self.forget)  # RT:attached

    def forget(self, result):
        return result


task.LoopingCall(Handler().request).start(0.005)
reactor.callLater(0.9, reactor.stop)
reactor.run()
