# SPDX-License-Identifier: MIT
"""callback() is given a Deferred.

kinds: deferred-as-value
cite: culprit
say: done was fired with a Deferred as its value.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

done = defer.Deferred()
done.addCallback(lambda value: print("value:", value))


def work():
    return task.deferLater(reactor, 0.05, lambda: 42)


def finish():
    try:
        done.callback(work())  # RT:culprit
    except AssertionError as error:
        print("refused:", type(error).__name__)


reactor.callLater(0.1, finish)
reactor.callLater(0.5, reactor.stop)
reactor.run()
