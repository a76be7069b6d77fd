# SPDX-License-Identifier: MIT
"""A batcher gives each caller a Deferred of the batch; the last batch is too small to be sent.

kinds: never-fired
cite: created waiter
say: The Deferred made in Batcher.add for the last batch was never fired; store waits for it.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


class Batcher:
    def __init__(self):
        self.items, self.sent = [], None

    def add(self, item):
        if self.sent is None:
            self.sent = defer.Deferred()  # RT:created
        self.items.append(item)
        done = self.sent
        if len(self.items) == 3:
            self.items, self.sent = [], None
            reactor.callLater(0.02, done.callback, None)
        result = defer.Deferred()
        done.addCallback(lambda value: (result.callback(value), value)[1])
        return result


batcher = Batcher()


async def store(number):
    await batcher.add(number)  # RT:waiter
    print("stored", number)


for number in range(5):
    defer.ensureDeferred(store(number))
reactor.callLater(0.8, reactor.stop)
reactor.run()
