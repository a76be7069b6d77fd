# SPDX-License-Identifier: MIT
"""The loop's function does not return its work, so runs overlap.

kinds: loop-overlap piling-up
cite: culprit
say: Up to 6 runs of backup that the loop of tick started were under way at once.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


@defer.inlineCallbacks
def backup():
    yield task.deferLater(reactor, 0.3, lambda: None)


def tick():
    backup()  # RT:culprit


task.LoopingCall(tick).start(0.05)
reactor.callLater(0.9, reactor.stop)
reactor.run()
