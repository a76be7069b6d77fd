# SPDX-License-Identifier: MIT
import signal; signal.alarm(5)
import time, threading, contextvars, asyncio
from twisted.internet import defer, reactor, task, threads

@defer.inlineCallbacks
def main():
    for i in range(3):
        r = yield threads.deferToThread(lambda: (time.sleep(0.05), i)[1])
    yield defer.gatherResults([threads.deferToThread(time.sleep, 0.05) for i in range(5)])
    d = defer.Deferred()
    reactor.callInThread(lambda: reactor.callFromThread(d.callback, 5))
    r = yield d
main().addErrback(print).addBoth(lambda _: reactor.stop())
reactor.run()
