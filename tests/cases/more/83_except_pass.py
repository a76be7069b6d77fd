# SPDX-License-Identifier: MIT
"""`except Exception: pass` around an await: the coroutine ends as if all were well.

kinds: failure-swallowed
cite: raised waiter
say: LookupError raised in find was caught in the coroutine charge at its await, which ended with None.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def find(number):
    raise LookupError(number)  # RT:raised


async def charge(number):
    try:
        await task.deferLater(reactor, 0.05, find, number)  # RT:waiter
    except Exception:
        pass


@defer.inlineCallbacks
def close_month():
    yield defer.ensureDeferred(charge(1))
    print("month closed")


close_month()
reactor.callLater(0.4, reactor.stop)
reactor.run()
