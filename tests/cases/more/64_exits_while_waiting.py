# SPDX-License-Identifier: MIT
"""react() main returns before its background coroutine has ended.

kinds: never-fired collected-pending dropped-work
cite: created waiter
say: flush waits for the Deferred created in acknowledge when the program ends.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, task


acknowledged = []


def acknowledge():
    d = defer.Deferred()  # RT:created
    acknowledged.append(d)
    return d


async def flush():
    await acknowledge()  # RT:waiter
    print("flushed")


async def main(reactor):
    defer.ensureDeferred(flush())
    await task.deferLater(reactor, 0.6, lambda: None)


task.react(main)
