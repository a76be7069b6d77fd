# SPDX-License-Identifier: MIT
"""gatherResults fails at once; the others work on for a caller that has gone.

kinds: outlives-owner
cite: created
say: sync_all failed with the first host; two hosts created in push went on.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


async def push(host):
    await task.deferLater(reactor, 0.05, lambda: None)
    if host == "a":
        raise ConnectionError(host)
    await task.deferLater(reactor, 0.3, lambda: None)
    print("wrote to", host)


async def sync_all():
    await defer.gatherResults(
        [defer.ensureDeferred(push(host)) for host in "abc"],  # RT:created
        consumeErrors=True,
    )


defer.ensureDeferred(sync_all()).addErrback(lambda failure: print("sync failed"))
reactor.callLater(0.7, reactor.stop)
reactor.run()
