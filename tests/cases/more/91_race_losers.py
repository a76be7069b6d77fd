# SPDX-License-Identifier: MIT
"""fireOnOneCallback: the slower mirrors are never cancelled and store their answer as well.

kinds: outlives-owner
cite: created
say: fastest was done with the first mirror; two of its members, created in fetch, went on.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

stored = []


async def fetch(mirror, delay):
    await task.deferLater(reactor, delay, lambda: None)
    stored.append(mirror)


def fastest():
    mirrors = {"a": 0.05, "b": 0.3, "c": 0.4}
    return defer.DeferredList(
        [defer.ensureDeferred(fetch(name, delay)) for name, delay in mirrors.items()],  # RT:created
        fireOnOneCallback=True,
    )


fastest().addCallback(lambda result: print("stored", stored))
reactor.callLater(0.7, reactor.stop)
reactor.run()
