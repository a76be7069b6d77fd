# SPDX-License-Identifier: MIT
"""A token is not given back when the page is empty.

kinds: lock-held
cite: holder waiter
say: Both tokens were taken in fetch for empty pages and never given back; 1 more waits.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

tokens = defer.DeferredSemaphore(2)


async def fetch(url):
    await tokens.acquire()  # RT:holder RT:waiter
    page = await task.deferLater(reactor, 0.05, lambda: "")
    if not page:
        return None
    tokens.release()
    return page


for url in ("a", "b", "c"):
    defer.ensureDeferred(fetch(url))
reactor.callLater(0.7, reactor.stop)
reactor.run()
