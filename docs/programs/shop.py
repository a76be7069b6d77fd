# SPDX-License-Identifier: MIT
"""A shop that forgets some of its customers."""

from twisted.internet import defer, reactor, task


class OutOfStock(Exception):
    pass


def price(article):
    if article == "blue shirt":
        raise OutOfStock(article)
    return 25


def ask_warehouse(article):
    return task.deferLater(reactor, 0.05, price, article)


@defer.inlineCallbacks
def checkout(article, receipt):
    amount = yield ask_warehouse(article)
    yield receipt
    return amount


def bill(amount):
    return amount * 1.19


sold = checkout("red hat", defer.succeed("printed")).addCallback(bill)
failed = checkout("blue shirt", defer.succeed("printed")).addCallback(bill)
stuck = checkout("green sock", defer.Deferred()).addCallback(bill)
reactor.callLater(0.2, reactor.stop)
reactor.run()
