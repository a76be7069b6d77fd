# SPDX-License-Identifier: MIT
"""Each tick starts a coroutine that waits for a connection which never comes.

kinds: piling-up
cite: created
say: Most coroutines deliver, started in on_event, are unfinished, more each tick.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

connected = defer.Deferred()


async def deliver(event):
    await task.deferLater(reactor, 0.001, lambda: None)
    await connected
    print(event)


def on_event():
    defer.ensureDeferred(deliver("x"))  # RT:created


task.LoopingCall(on_event).start(0.01)
reactor.callLater(0.9, reactor.stop)
reactor.run()
