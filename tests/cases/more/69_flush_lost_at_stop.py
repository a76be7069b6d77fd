# SPDX-License-Identifier: MIT
"""reactor.stop() right after a write that was not waited for.

kinds: never-fired dropped-work collected-pending
cite: culprit
say: save, started in quit, had not ended when the reactor stopped.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


async def save():
    await task.deferLater(reactor, 2, lambda: None)
    print("saved")


async def quit():
    await task.deferLater(reactor, 0.1, lambda: None)
    defer.ensureDeferred(save())  # RT:culprit
    reactor.callLater(0.3, reactor.stop)


defer.ensureDeferred(quit())
reactor.run()
