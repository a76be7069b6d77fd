# SPDX-License-Identifier: MIT
"""The code that fires a request's Deferred ends up with the request's tenant.

kinds: context-leak
cite: culprit
say: tenant was changed for poll by the callback enter of the Deferred it fired.
"""
import signal; signal.alarm(30)
import contextvars
from twisted.internet import defer, reactor, task

tenant = contextvars.ContextVar("tenant")


class Request:
    def __init__(self, name):
        self.name = name
        self.arrived = defer.Deferred()
        self.arrived.addCallback(self.enter)
        self.arrived.addCallback(self.handle)

    def enter(self, body):  # RT:culprit
        tenant.set(self.name)
        return body

    def handle(self, body):
        print(tenant.get(), body)


requests = [Request("a"), Request("b")]


def poll():
    if requests:
        requests.pop().arrived.callback("hi")
    print("poll runs for", tenant.get(None))


loop = task.LoopingCall(poll)
reactor.callLater(0.05, loop.start, 0.1)
reactor.callLater(0.4, reactor.stop)
reactor.run()
