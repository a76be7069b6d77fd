# SPDX-License-Identifier: MIT
"""retry calls itself synchronously when the answer is there at once.

kinds: deep-recursion unhandled-failure
cite: culprit
say: attempt and retry call each other until RecursionError.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


def attempt():
    return defer.fail(ConnectionError("refused"))


def retry(failure):
    return attempt().addErrback(retry)  # RT:culprit


kept = []
reactor.callLater(0.1, lambda: kept.append(attempt().addErrback(retry)))
reactor.callLater(0.6, reactor.stop)
reactor.run()
