# SPDX-License-Identifier: MIT
"""The consumer of a queue ended with an exception; producers put on.

kinds: piling-up unhandled-failure
cite: created raised
say: consume ended with KeyError; its DeferredQueue holds what was put since.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

queue = defer.DeferredQueue()


@defer.inlineCallbacks
def consume():
    while True:
        item = yield queue.get()
        print(item["name"])  # RT:raised


consumer = consume()  # RT:created
loop = task.LoopingCall(lambda: queue.put({}))
loop.start(0.02)
reactor.callLater(0.8, reactor.stop)
reactor.run()
