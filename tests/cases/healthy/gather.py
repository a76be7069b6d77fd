# SPDX-License-Identifier: MIT
import signal; signal.alarm(5)
import time, threading, contextvars, asyncio
from twisted.internet import defer, reactor, task, threads

@defer.inlineCallbacks
def main():
    r = yield defer.gatherResults([task.deferLater(reactor, 0.05*i, lambda: i) for i in range(4)])
    print(r)
    r = yield defer.DeferredList([defer.fail(ValueError()), defer.succeed(1)], consumeErrors=True)
    try: yield defer.fail(KeyError("x"))
    except KeyError: print("handled")
main().addBoth(lambda _: reactor.stop())
reactor.run()
