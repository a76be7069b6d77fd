# SPDX-License-Identifier: MIT
"""inlineCallbacks and coroutines mixed: an async function calls an inlineCallbacks one and doesn't await it.

kinds: dropped-work
cite: culprit
say: The coroutine audit that transfer started was never awaited or kept; its failure and end concern nobody.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Store:
    def __init__(self):
        self.rows = {"ann": 5, "bob": 1}
        self.log = []

    @defer.inlineCallbacks
    def read(self, who):
        yield task.deferLater(reactor, 0.01, lambda: None)
        return self.rows[who]

    async def write(self, who, amount):
        await task.deferLater(reactor, 0.01, lambda: None)
        self.rows[who] = amount

    @defer.inlineCallbacks
    def audit(self, text):
        yield task.deferLater(reactor, 0.3, lambda: None)
        self.log.append(text)


async def transfer(store, source, target, amount):
    have = await store.read(source)
    await store.write(source, have - amount)
    await store.write(target, amount + await store.read(target))
    store.audit(f"{source} -> {target}: {amount}")  # RT:culprit
    return amount


async def main(reactor):
    store = Store()
    await transfer(store, "ann", "bob", 2)
    assert store.log == []


task.react(lambda reactor: defer.ensureDeferred(main(reactor)))
