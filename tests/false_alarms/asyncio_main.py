# SPDX-License-Identifier: MIT
"""asyncio.run-like use of the asyncio reactor by task.react, with both worlds awaiting each other."""
import asyncio
from twisted.internet import asyncioreactor
asyncioreactor.install()
from twisted.internet import defer, task
from twisted.internet.defer import Deferred


async def in_asyncio(n):
    await asyncio.sleep(0.01 * n)
    return n


async def main(reactor):
    results = await defer.gatherResults(
        [Deferred.fromFuture(asyncio.ensure_future(in_asyncio(n))) for n in range(10)]
    )
    assert results == list(range(10))
    late = Deferred.fromFuture(asyncio.ensure_future(in_asyncio(100)))
    late.addErrback(lambda failure: print("cancelled"))
    reactor.callLater(0.05, late.cancel)
    await late
    await task.deferLater(reactor, 0.6, lambda: None)


task.react(main)
