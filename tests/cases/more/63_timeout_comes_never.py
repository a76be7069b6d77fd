# SPDX-License-Identifier: MIT
"""addTimeout with a Clock of the tests, in production: nothing advances it.

kinds: never-fired
cite: created waiter
say: The Deferred created in fetch was never fired; its timeout belongs to a Clock that nobody advances.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

clock = task.Clock()


def fetch():
    d = defer.Deferred()  # RT:created
    return d.addTimeout(0.1, clock)


async def main():
    await fetch()  # RT:waiter


defer.ensureDeferred(main())
reactor.callLater(0.7, reactor.stop)
reactor.run()
