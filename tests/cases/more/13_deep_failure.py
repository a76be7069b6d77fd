# SPDX-License-Identifier: MIT
"""The log shows a KeyError without the callers: which request was it?

kinds: failure-trace
cite: raised waiter
say: KeyError raised in decode went through decode, fetch_user, render and handle.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


async def decode(record):
    await task.deferLater(reactor, 0.02, lambda: None)
    return record["name"]  # RT:raised


async def fetch_user():
    return await decode({})  # RT:waiter


@defer.inlineCallbacks
def render():
    user = yield defer.ensureDeferred(fetch_user())  # RT:waiter
    return user


def handle():
    return render().addErrback(lambda failure: print("500", failure.value))


handle()
reactor.callLater(0.4, reactor.stop)
reactor.run()
