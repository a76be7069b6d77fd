# SPDX-License-Identifier: MIT
"""A cache hands the same Deferred to a coroutine and to a callback.

kinds: result-taken
cite: created
say: profile's Deferred: the coroutine page took the value, and show got None.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

cache = {}


def profile(name):
    if name not in cache:
        cache[name] = task.deferLater(reactor, 0.05, lambda: {"name": name})  # RT:created
    return cache[name]


async def page():
    print("page", await profile("ann"))


def show(value):
    print("show", value)


defer.ensureDeferred(page())
profile("ann").addCallback(show)
reactor.callLater(0.4, reactor.stop)
reactor.run()
