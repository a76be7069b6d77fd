# SPDX-License-Identifier: MIT
"""A test that waits for its turn: another has the lock."""

from twisted.internet import defer
from twisted.trial import unittest


class LockTests(unittest.TestCase):
    timeout = 0.5

    async def pay(self):
        await self.lock.acquire()

    async def test_two_customers(self):
        self.lock = defer.DeferredLock()
        await self.pay()
        await self.pay()
