# SPDX-License-Identifier: MIT
"""The errback that was to report the failure fails itself.

kinds: unhandled-failure
cite: raised
say: AttributeError raised in report, while it handled ConnectionError, is nobody's.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def connect():
    raise ConnectionError("refused")


def report(failure):
    print(failure.value.address)  # RT:raised


keep = task.deferLater(reactor, 0.05, connect)
keep.addErrback(report)
reactor.callLater(0.5, reactor.stop)
reactor.run()
