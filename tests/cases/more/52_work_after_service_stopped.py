# SPDX-License-Identifier: MIT
"""stopService() does not wait for what startService() began.

kinds: outlives-owner dropped-work unhandled-failure
cite: created
say: The coroutine of Service.pump went on after stopService and failed.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Service:
    def __init__(self):
        self.open = True

    async def pump(self):
        for _ in range(3):
            await task.deferLater(reactor, 0.1, lambda: None)
            if not self.open:
                raise RuntimeError("written to after close")

    def startService(self):
        self.job = defer.ensureDeferred(self.pump())  # RT:created

    def stopService(self):
        self.open = False


service = Service()
service.startService()
reactor.callLater(0.15, service.stopService)
reactor.callLater(0.7, reactor.stop)
reactor.run()
