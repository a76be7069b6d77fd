# SPDX-License-Identifier: MIT
"""callLater() gets an `async def`: it makes a coroutine and drops it.

kinds: dropped-work
cite: culprit
say: The coroutine clean was made by a delayed call scheduled in schedule and never awaited.
"""
import signal; signal.alarm(30)
from twisted.internet import reactor, task


async def clean():
    print("cleaned")


def schedule():
    reactor.callLater(0.1, clean)  # RT:culprit


schedule()
reactor.callLater(0.4, reactor.stop)
reactor.run()
