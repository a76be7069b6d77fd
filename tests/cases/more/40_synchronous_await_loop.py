# SPDX-License-Identifier: MIT
"""A coroutine awaits Deferreds that have fired already, for a second: nothing else runs.

kinds: reactor-blocked starved
cite: culprit
say: The reactor was blocked inside the coroutine drain, which only awaits what is there already.
"""
import signal; signal.alarm(30)
import time
from twisted.internet import defer, reactor, task


async def drain():  # RT:culprit
    await task.deferLater(reactor, 0.1, lambda: None)
    end = time.monotonic() + 0.7
    while time.monotonic() < end:
        await defer.succeed(sum(range(2000)))


task.LoopingCall(lambda: None).start(0.05)
defer.ensureDeferred(drain())
reactor.callLater(1.2, reactor.stop)
reactor.run()
