# SPDX-License-Identifier: MIT
"""addErrback(lambda _: None) hides a broken import job.

kinds: failure-swallowed
cite: culprit raised
say: The errback lambda in nightly took ZeroDivisionError raised in average and left None.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def average(values):
    return sum(values) / len(values)  # RT:raised


@defer.inlineCallbacks
def nightly():
    result = yield task.deferLater(reactor, 0.05, average, []).addErrback(lambda _: None)  # RT:culprit
    print("average is", result)


nightly()
reactor.callLater(0.4, reactor.stop)
reactor.run()
