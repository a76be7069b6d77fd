# SPDX-License-Identifier: MIT
"""A registry of waiters is replaced by an empty one; the coroutine is gone with it.

kinds: collected-pending
cite: created waiter
say: The Deferred created in Registry.wait was collected while watch was suspended on it.
"""
import signal; signal.alarm(30)
import gc
from twisted.internet import defer, reactor


class Registry:
    def __init__(self):
        self.waiters = {}

    def wait(self, name):
        d = self.waiters[name] = defer.Deferred()  # RT:created
        return d

    def reload(self):
        self.waiters = {}
        gc.collect()


async def watch(registry):
    try:
        await registry.wait("config")  # RT:waiter
    finally:
        print("watch ended")


registry = Registry()
defer.ensureDeferred(watch(registry))
reactor.callLater(0.1, registry.reload)
reactor.callLater(0.5, reactor.stop)
reactor.run()
