# SPDX-License-Identifier: MIT
"""A worker's `except Exception` takes the CancelledError and the loop goes on.

kinds: cancel-ineffective
cite: culprit cancel
say: stop() cancelled poll, whose except clause took the CancelledError; it polls on.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


async def poll():  # RT:culprit
    while True:
        try:
            await task.deferLater(reactor, 0.05, lambda: None)
        except Exception as error:
            print("ignored", type(error).__name__)


worker = defer.ensureDeferred(poll())


def stop():
    worker.cancel()  # RT:cancel


reactor.callLater(0.12, stop)
reactor.callLater(0.6, reactor.stop)
reactor.run()
