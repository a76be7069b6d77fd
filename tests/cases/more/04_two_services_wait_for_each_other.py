# SPDX-License-Identifier: MIT
"""Two services wait for each other's start.

kinds: wait-cycle
cite: waiter
say: Cache.start waits for Database.start and that waits for Cache.start.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Service:
    def __init__(self, name):
        self.name = name
        self.other = None
        self.ready = None

    async def start(self):
        await task.deferLater(reactor, 0.02, lambda: None)
        await self.other.ready  # RT:waiter
        print(self.name, "started")


database, cache = Service("database"), Service("cache")
database.other, cache.other = cache, database
for each in (database, cache):
    each.ready = defer.ensureDeferred(each.start())
reactor.callLater(0.6, reactor.stop)
reactor.run()
