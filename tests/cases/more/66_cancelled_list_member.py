# SPDX-License-Identifier: MIT
"""Cancelling one list cancels a member that another list shares.

kinds: cancelled-by
cite: culprit created
say: session's Deferred was cancelled by the cancel() of the list in close_page; the other list got its CancelledError.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


def session():
    return defer.Deferred()  # RT:created


shared = session()
page = defer.DeferredList([shared, defer.Deferred()], fireOnOneErrback=True, consumeErrors=True)
other = defer.gatherResults([shared], consumeErrors=True)
page.addErrback(lambda failure: print("page ended"))
other.addErrback(lambda failure: print("other ended:", failure.value.subFailure.type.__name__))


def close_page():
    page.cancel()  # RT:culprit


reactor.callLater(0.1, close_page)
reactor.callLater(0.5, reactor.stop)
reactor.run()
