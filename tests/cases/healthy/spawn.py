# SPDX-License-Identifier: MIT
import signal; signal.alarm(5)
import time, threading, contextvars, asyncio
from twisted.internet import defer, reactor, task, threads

async def background():
    await task.deferLater(reactor, 0.3, lambda: None)
async def main():
    defer.ensureDeferred(background())
    await task.deferLater(reactor, 0.05, lambda: None)
    return "done"
defer.ensureDeferred(main()).addCallback(print)
reactor.callLater(0.6, reactor.stop); reactor.run()
