# SPDX-License-Identifier: MIT
"""A coroutine awaits the cache entry that is itself.

kinds: wait-cycle
cite: waiter
say: load('a') awaits cache['a'], which is its own Deferred.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

cache = {}


def get(key):
    if key not in cache:
        cache[key] = load(key)
    return cache[key]


@defer.inlineCallbacks
def load(key):
    yield task.deferLater(reactor, 0.02, lambda: None)
    base = yield get(key.lower())  # RT:waiter
    return base


get("a").addCallback(print)
reactor.callLater(0.5, reactor.stop)
reactor.run()
