# SPDX-License-Identifier: MIT
import signal; signal.alarm(5)
import time, threading, contextvars, asyncio
from twisted.internet import defer, reactor, task, threads

d = defer.Deferred(); d.addCallback(print)
d.pause(); d.callback(1)
reactor.callLater(0.05, d.unpause)
a = defer.Deferred(); a.addCallback(lambda _: task.deferLater(reactor, 0.05, lambda: 7)); a.addCallback(print); a.callback(None)
reactor.callLater(0.6, reactor.stop); reactor.run()
