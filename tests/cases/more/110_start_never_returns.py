# SPDX-License-Identifier: MIT
"""A service's start waits for its own "started" event, which is only set after start.

kinds: never-fired
cite: created waiter
say: The Deferred created in Service.__init__ was never fired: main waits for it before it would fire it.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Service:
    def __init__(self):
        self.started = defer.Deferred()  # RT:created

    async def start(self):
        await task.deferLater(reactor, 0.01, lambda: None)
        await self.check()
        self.started.callback(None)

    async def check(self):
        await self.started  # RT:waiter


defer.ensureDeferred(Service().start())
reactor.callLater(0.6, reactor.stop)
reactor.run()
