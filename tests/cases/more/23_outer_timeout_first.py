# SPDX-License-Identifier: MIT
"""Two timeouts: the shorter one of a caller far above strikes first.

kinds: cancelled-by
cite: culprit created
say: query was cancelled by the 0.1 s timeout that handle added, not by its own of 5 s.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


def query():
    d = defer.Deferred()  # RT:created
    d.addTimeout(5, reactor)
    return d


async def model():
    return await query()


def handle():
    d = defer.ensureDeferred(model())
    d.addTimeout(0.1, reactor)  # RT:culprit
    d.addErrback(lambda failure: print(failure.type.__name__))


handle()
reactor.callLater(0.5, reactor.stop)
reactor.run()
