# SPDX-License-Identifier: MIT
"""Orders come in faster than the one printer prints their receipts."""

from twisted.internet import defer, reactor, task


class Printer:
    def __init__(self):
        self.lock = defer.DeferredLock()

    def receipt(self, order):
        return self.lock.run(task.deferLater, reactor, 0.05, str, order)


def order():
    defer.ensureDeferred(take_order(printer))


async def take_order(printer):
    await printer.receipt("an order")


printer = Printer()
task.LoopingCall(order).start(0.01)
reactor.callLater(1.5, reactor.stop)
reactor.run()
