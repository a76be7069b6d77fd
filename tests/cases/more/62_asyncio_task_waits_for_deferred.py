# SPDX-License-Identifier: MIT
"""An asyncio task waits for a Deferred that is never fired.

kinds: never-fired
cite: created
say: The Deferred created in reply is awaited by an asyncio task; nothing fires it.
"""
import signal; signal.alarm(30)
import asyncio
from twisted.internet import asyncioreactor
asyncioreactor.install()
from twisted.internet import defer, reactor

replies = {}


def reply(number):
    d = replies[number] = defer.Deferred()  # RT:created
    return d


async def ask(number):
    loop = asyncio.get_running_loop()
    return await reply(number).asFuture(loop)


def begin():
    asyncio.ensure_future(ask(1))


reactor.callWhenRunning(begin)
reactor.callLater(0.8, reactor.stop)
reactor.run()
