# SPDX-License-Identifier: MIT
"""A crawler limits itself by one semaphore for pages and for what pages need: all tokens wait for one more.

kinds: wait-cycle lock-held pool-exhausted
cite: holder waiter
say: Both tokens of the semaphore are held by pages that wait in asset for another token.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Crawler:
    def __init__(self):
        self.limit = defer.DeferredSemaphore(2)
        self.done = []

    def get(self, name):
        return task.deferLater(reactor, 0.01, lambda: name)

    async def asset(self, name):
        await self.limit.acquire()  # RT:waiter
        try:
            return await self.get(name)
        finally:
            self.limit.release()

    async def page(self, name):
        await self.limit.acquire()  # RT:holder
        try:
            body = await self.get(name)
            style = await self.asset(name + ".css")
            self.done.append((body, style))
        finally:
            self.limit.release()

    def crawl(self, names):
        return defer.gatherResults([defer.ensureDeferred(self.page(name)) for name in names])


crawler = Crawler()
reactor.callWhenRunning(crawler.crawl, ["index", "about", "news"])
reactor.callLater(1.2, reactor.stop)
reactor.run()
