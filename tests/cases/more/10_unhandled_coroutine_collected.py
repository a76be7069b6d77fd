# SPDX-License-Identifier: MIT
"""ensureDeferred fire-and-forget: the failure appears when the garbage collector runs.

kinds: unhandled-failure dropped-work
cite: raised
say: refresh failed with LookupError raised in read_index; nothing was attached.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def read_index():
    raise LookupError("index")  # RT:raised


async def refresh():
    await task.deferLater(reactor, 0.1, lambda: None)
    read_index()


def tick():
    defer.ensureDeferred(refresh())


reactor.callLater(0.05, tick)
reactor.callLater(0.5, reactor.stop)
reactor.run()
