# SPDX-License-Identifier: MIT
"""A shutdown list contains the Deferred that waits for the list.

kinds: wait-cycle
cite: waiter
say: finish waits for the DeferredList that has finish's own Deferred as a member.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

running = []


def spawn(coroutine):
    d = defer.ensureDeferred(coroutine)
    running.append(d)
    return d


async def finish():
    await task.deferLater(reactor, 0.05, lambda: None)
    await defer.gatherResults(running)  # RT:waiter


async def job():
    await task.deferLater(reactor, 0.1, lambda: None)


spawn(job())
spawn(finish())
reactor.callLater(0.6, reactor.stop)
reactor.run()
