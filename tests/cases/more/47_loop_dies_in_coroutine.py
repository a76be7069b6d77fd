# SPDX-License-Identifier: MIT
"""A LoopingCall of an async function dies from one exception; an errback only logs.

kinds: loop-stopped
cite: raised created
say: The loop of sync ended with ValueError raised in parse; it has not run since.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task

rounds = []


def parse():
    rounds.append(1)
    if len(rounds) == 3:
        raise ValueError("odd answer")  # RT:raised


async def sync():
    await task.deferLater(reactor, 0.01, lambda: None)
    parse()


def start():
    loop = task.LoopingCall(lambda: defer.ensureDeferred(sync()))
    loop.start(0.05).addErrback(lambda failure: print("logged", failure.value))  # RT:created


start()
reactor.callLater(0.7, reactor.stop)
reactor.run()
