# SPDX-License-Identifier: MIT
"""An `async def` is used as a callback: it returns a coroutine that nothing runs.

kinds: deferred-as-value dropped-work
cite: culprit
say: store returned a coroutine as the callback's value; it never ran.
"""
import signal; signal.alarm(30)
from twisted.internet import reactor, task


async def store(item):  # RT:culprit
    print("stored", item)


def process():
    d = task.deferLater(reactor, 0.05, lambda: "item")
    d.addCallback(store)
    d.addCallback(lambda result: print("result is", type(result).__name__))
    return d


process()
reactor.callLater(0.4, reactor.stop)
reactor.run()
