# SPDX-License-Identifier: MIT
"""Orders are placed, and their receipts are mailed by code that nobody waits for."""

from twisted.internet import defer, reactor, task


@defer.inlineCallbacks
def mail_receipt(order):
    yield task.deferLater(reactor, 0.2)
    if order == 2:
        raise ConnectionRefusedError("the mail server is down")


@defer.inlineCallbacks
def place_order(order):
    yield task.deferLater(reactor, 0.01)
    mail_receipt(order)  # a `yield` is missing
    return f"order {order} is placed"


@defer.inlineCallbacks
def main():
    for order in range(3):
        print((yield place_order(order)))


main()
reactor.callLater(1, reactor.stop)
reactor.run()
