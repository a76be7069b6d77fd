# SPDX-License-Identifier: MIT
import signal; signal.alarm(5)
import time, threading, contextvars, asyncio
from twisted.internet import defer, reactor, task, threads

n = []
def tick(): n.append(1)
l = task.LoopingCall(tick); d = l.start(0.02); d.addErrback(print)
l2 = task.LoopingCall(lambda: task.deferLater(reactor, 0.01, lambda: None)); l2.start(0.05)
reactor.callLater(0.4, l.stop)
reactor.callLater(0.8, reactor.stop); reactor.run()
