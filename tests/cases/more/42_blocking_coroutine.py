# SPDX-License-Identifier: MIT
"""A synchronous driver is called in a coroutine.

kinds: reactor-blocked
cite: culprit
say: The reactor was blocked for 0.5 s in the coroutine report.
"""
import signal; signal.alarm(30)
import time
from twisted.internet import defer, reactor, task


def query(sql):
    time.sleep(0.5)


async def report():  # RT:culprit
    await task.deferLater(reactor, 0.1, lambda: None)
    query("select")


task.LoopingCall(lambda: None).start(0.05)
defer.ensureDeferred(report())
reactor.callLater(0.9, reactor.stop)
reactor.run()
