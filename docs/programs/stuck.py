# SPDX-License-Identifier: MIT
"""A shop that stands still: one customer asked a warehouse that does not answer."""

from twisted.internet import defer, reactor, task

till = defer.DeferredLock()


class Warehouse:
    def __init__(self):
        self.questions = {}

    def ask(self, article):
        """Fires when the warehouse answers."""
        answer = self.questions[article] = defer.Deferred()
        if article != "green sock":
            reactor.callLater(0.05, answer.callback, 3)
        return answer


async def checkout(warehouse, articles):
    await till.acquire()
    try:
        await defer.gatherResults([warehouse.ask(each) for each in articles])
        return await task.deferLater(reactor, 0.01, len, articles)
    finally:
        till.release()


warehouse = Warehouse()
customers = [
    defer.ensureDeferred(checkout(warehouse, articles))
    for articles in (["red hat"], ["blue shirt", "green sock"], ["red hat"], ["red hat"])
]
reactor.run()
