# SPDX-License-Identifier: MIT
"""Tests of a shop: each goes wrong in its own way."""

import gc

from twisted.internet import defer, reactor, task
from twisted.trial import unittest

kept = []


def ask_warehouse(article):
    return defer.Deferred()  # it never answers


@defer.inlineCallbacks
def checkout(article):
    amount = yield ask_warehouse(article)
    return amount


def refuse():
    raise ConnectionRefusedError("no warehouse")


class ShopTests(unittest.TestCase):
    timeout = 0.5

    def test_hangs(self):
        return checkout("hat")

    def test_is_dirty(self):
        reactor.callLater(20, kept.append, "too late")

    def test_leaves_a_failure(self):
        kept.append(task.deferLater(reactor, 0, refuse))
        return task.deferLater(reactor, 0.01)

    def test_leaves_a_pending(self):
        kept.append(checkout("sock"))

    def test_meets_the_failure(self):
        kept.clear()
        gc.collect()
