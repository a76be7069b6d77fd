# SPDX-License-Identifier: MIT
"""A LoopingCall whose body waits for an item that does not come.

kinds: loop-stuck
cite: waiter
say: The loop of drain is stuck: its iteration 2 waits for an item of the DeferredQueue.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

queue = defer.DeferredQueue()
queue.put("only one")


def drain():
    return queue.get().addCallback(print)  # RT:waiter


task.LoopingCall(drain).start(0.05)
reactor.callLater(0.9, reactor.stop)
reactor.run()
