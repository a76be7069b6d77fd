# SPDX-License-Identifier: MIT
"""Two locks taken in opposite order.

kinds: wait-cycle lock-held
cite: holder waiter
say: transfer holds `accounts` and waits for `audit`; report holds `audit` and waits for `accounts`.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

accounts, audit = defer.DeferredLock(), defer.DeferredLock()


@defer.inlineCallbacks
def transfer():
    yield accounts.acquire()  # RT:holder
    yield task.deferLater(reactor, 0.05, lambda: None)
    yield audit.acquire()  # RT:waiter
    audit.release()
    accounts.release()


@defer.inlineCallbacks
def report():
    yield audit.acquire()  # RT:holder
    yield task.deferLater(reactor, 0.05, lambda: None)
    yield accounts.acquire()  # RT:waiter
    accounts.release()
    audit.release()


transfer()
report()
reactor.callLater(0.7, reactor.stop)
reactor.run()
