# SPDX-License-Identifier: MIT
"""sem.run() inside sem.run() with one token.

kinds: wait-cycle lock-held
cite: waiter
say: save holds the only token and waits in validate for the same semaphore.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

limit = defer.DeferredSemaphore(1)


def validate(record):
    return limit.run(lambda: record)  # RT:waiter


@defer.inlineCallbacks
def save(record):
    yield task.deferLater(reactor, 0.02, lambda: None)
    checked = yield validate(record)
    print("saved", checked)


limit.run(save, "x")
reactor.callLater(0.7, reactor.stop)
reactor.run()
