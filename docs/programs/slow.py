# SPDX-License-Identifier: MIT
"""Pages are made of parts. One of them took much longer than the others."""

from twisted.internet import defer, reactor, task


def fetch(part, page):
    slow = page == 7 and part == "prices"
    return task.deferLater(reactor, 1.2 if slow else 0.01, len, part)


@defer.inlineCallbacks
def make_page(page):
    head = yield fetch("head", page)
    parts = yield defer.gatherResults([fetch(part, page) for part in ("news", "prices")])
    yield task.deferLater(reactor, 0.02)
    return head + sum(parts)


@defer.inlineCallbacks
def main():
    for page in range(10):
        yield make_page(page)
    reactor.stop()


main()
reactor.run()
