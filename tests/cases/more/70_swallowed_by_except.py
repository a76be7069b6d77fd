# SPDX-License-Identifier: MIT
"""consumeErrors=True and nobody looks at the results.

kinds: failure-swallowed failure-trace
cite: raised
say: ConnectionError raised in send was consumed by the DeferredList made in broadcast; its results were not looked at.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def send(host):
    raise ConnectionError(host)  # RT:raised


def broadcast():
    return defer.DeferredList(
        [task.deferLater(reactor, 0.05, send, host) for host in "ab"], consumeErrors=True
    )


@defer.inlineCallbacks
def main():
    yield broadcast()
    print("sent to all")


main()
reactor.callLater(0.4, reactor.stop)
reactor.run()
