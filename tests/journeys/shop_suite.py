# SPDX-License-Identifier: MIT
"""A small suite in whose tests Deferreds go wrong, each in one way, for pytest and for trial.

SHOP is the package under test; TRIAL and TWISTED are tests of it: for trial's TestCase, and in the
style of pytest-twisted.
"""

SHOP = """
from twisted.internet import defer, reactor, task

kept = []


class Warehouse:
    def ask(self, article):
        return defer.Deferred()


@defer.inlineCallbacks
def checkout(article):
    price = yield Warehouse().ask(article)
    return price


def price(article):
    if article == "blue shirt":
        raise KeyError(article)
    return 25


def later(article):
    return task.deferLater(reactor, 0, price, article)
"""

TRIAL = """
import gc
from twisted.internet import reactor
from twisted.trial import unittest
import shop


class Shop(unittest.TestCase):
    timeout = 0.5

    def test_a_passes(self):
        return shop.later("hat")

    async def test_b_times_out(self):
        await shop.checkout("hat")

    def test_c_dirty(self):
        reactor.callLater(20, print, 1)

    def test_d_leaves_failure(self):
        shop.kept.append(shop.later("blue shirt"))
        return shop.later("hat")

    def test_e_sees_it(self):
        shop.kept.clear()
        gc.collect()

    def test_f_leaves_pending(self):
        shop.kept.append(shop.checkout("hat"))

    def test_g_drops_in_a_ring(self):
        ring = [shop.checkout("hat")]
        ring.append(ring)


class Sync(unittest.SynchronousTestCase):
    def test_fine(self):
        self.assertNoResult(shop.checkout("hat"))

    def test_wrong(self):
        self.successResultOf(shop.checkout("hat"))
"""

TWISTED = """
import gc
import pytest
import pytest_twisted
import shop


@pytest.fixture(scope="module")
def service():
    shop.kept.append(shop.checkout("service"))
    yield
    shop.kept.clear()


@pytest_twisted.inlineCallbacks
def test_passes(service):
    assert (yield shop.later("hat")) == 25


@pytest_twisted.ensureDeferred
async def test_async(service):
    assert await shop.later("hat") == 25


@pytest_twisted.inlineCallbacks
def test_leaves_pending():
    yield shop.later("hat")
    shop.kept.append(shop.checkout("hat"))


@pytest_twisted.inlineCallbacks
def test_leaves_failure():
    shop.kept.append(shop.later("blue shirt"))
    yield shop.later("hat")


@pytest_twisted.ensureDeferred
async def test_never_awaits():
    async def forgotten():
        pass

    forgotten()


@pytest_twisted.ensureDeferred
async def test_sees_it():
    shop.kept.clear()
    gc.collect()
    await shop.later("blue shirt")
"""

HANGING = """
import pytest
import pytest_twisted
import shop


@pytest.mark.timeout(1, method="thread")
@pytest_twisted.inlineCallbacks
def test_hangs():
    yield shop.checkout("hat")
"""
