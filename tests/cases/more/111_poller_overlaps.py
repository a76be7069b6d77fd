# SPDX-License-Identifier: MIT
"""callLater-driven polling starts a new round before the last has ended; rounds pile up.

kinds: piling-up
cite: created
say: More and more coroutines poll, started in tick, are unfinished.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


async def poll():
    await task.deferLater(reactor, 30, lambda: None)


def tick():
    reactor.callLater(0.01, tick)
    defer.ensureDeferred(poll())  # RT:created


tick()
reactor.callLater(0.9, reactor.stop)
reactor.run()
