# SPDX-License-Identifier: MIT
"""A before-shutdown trigger cancels the tasks; their CancelledError looks like an error.

kinds: cancelled-by
cite: culprit created
say: listen was cancelled by close_all, called at shutdown.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor

tasks = []


def event():
    return defer.Deferred()  # RT:created


async def listen(name):
    while True:
        await event()


def close_all():
    for each in tasks:
        each.cancel()  # RT:culprit


for name in "ab":
    d = defer.ensureDeferred(listen(name))
    d.addErrback(lambda failure: print("task failed:", failure.type.__name__))
    tasks.append(d)
reactor.addSystemEventTrigger("before", "shutdown", close_all)
reactor.callLater(0.3, reactor.stop)
reactor.run()
