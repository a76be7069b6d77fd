# SPDX-License-Identifier: MIT
"""One waiter of a shared request is cancelled, and all the others with it.

kinds: cancelled-by
cite: culprit created
say: lookup's shared Deferred was cancelled by disconnect of client a; b and c got the CancelledError.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor

pending = {}


def lookup(name):
    if name not in pending:
        pending[name] = defer.Deferred()  # RT:created
    return pending[name]


async def client(who):
    try:
        await lookup("host")
    except defer.CancelledError:
        print(who, "cancelled")


clients = {who: defer.ensureDeferred(client(who)) for who in "abc"}


def disconnect(who):
    clients[who].cancel()  # RT:culprit


reactor.callLater(0.1, disconnect, "a")
reactor.callLater(0.5, reactor.stop)
reactor.run()
