# SPDX-License-Identifier: MIT
"""A producer fills a DeferredQueue faster than its consumer empties it.

kinds: piling-up
cite: created
say: The DeferredQueue made in Pipeline.__init__ holds more than 100 items and grows.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Pipeline:
    def __init__(self):
        self.queue = defer.DeferredQueue()  # RT:created
        self.producer = task.LoopingCall(self.produce)

    def produce(self):
        for number in range(4):
            self.queue.put(number)

    @defer.inlineCallbacks
    def consume(self):
        while True:
            yield self.queue.get()
            yield task.deferLater(reactor, 0.1, lambda: None)


pipeline = Pipeline()
pipeline.producer.start(0.02)
pipeline.consume()
reactor.callLater(0.9, reactor.stop)
reactor.run()
