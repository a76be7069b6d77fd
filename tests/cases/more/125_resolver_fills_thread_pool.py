# SPDX-License-Identifier: MIT
"""Blocking look-ups take every thread of the pool; a quick one behind them waits in the queue.

kinds: pool-exhausted
cite: culprit waiter
say: All threads of the pool were at work on reverse_lookup while hash_password waited for one.
"""
import signal; signal.alarm(30)
import hashlib
import time
from twisted.internet import defer, reactor, threads


def reverse_lookup(address):
    time.sleep(0.7)
    return "host-" + address


def hash_password(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Login:
    async def origin(self, address):
        return await threads.deferToThread(reverse_lookup, address)  # RT:culprit

    async def check(self, password):
        return await threads.deferToThread(hash_password, password)  # RT:waiter


async def main():
    reactor.suggestThreadPoolSize(3)
    login = Login()
    origins = [defer.ensureDeferred(login.origin(f"10.0.0.{n}")) for n in range(3)]
    await defer.ensureDeferred(login.check("secret"))
    await defer.gatherResults(origins)
    reactor.stop()


reactor.callWhenRunning(lambda: defer.ensureDeferred(main()))
reactor.run()
