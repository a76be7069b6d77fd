# SPDX-License-Identifier: MIT
"""log-and-forget errback in the middle: the next callback fails on None.

kinds: failure-swallowed
cite: culprit raised
say: ignore took ConnectionError and left None; parse then failed on None.
"""
import signal; signal.alarm(30)
from twisted.internet import reactor, task


def download():
    raise ConnectionError("reset")  # RT:raised


def ignore(failure):
    print("warning:", failure.getErrorMessage())


def parse(page):
    return page.split()


def crawl():
    d = task.deferLater(reactor, 0.05, download)
    d.addErrback(ignore)  # RT:culprit
    d.addCallback(parse)
    d.addErrback(lambda failure: print("strange:", failure.value))
    return d


crawl()
reactor.callLater(0.4, reactor.stop)
reactor.run()
