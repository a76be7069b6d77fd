# SPDX-License-Identifier: MIT
"""`await` forgotten in front of a coroutine function: nothing of it runs.

kinds: dropped-work
cite: culprit
say: The coroutine audit was made in order and never awaited.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


async def audit(number):
    print("audit", number)


async def order(number):
    await task.deferLater(reactor, 0.05, lambda: None)
    audit(number)  # RT:culprit
    print("ordered", number)


defer.ensureDeferred(order(7))
reactor.callLater(0.5, reactor.stop)
reactor.run()
