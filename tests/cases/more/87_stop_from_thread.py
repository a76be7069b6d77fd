# SPDX-License-Identifier: MIT
"""reactor.stop() is called in a worker thread.

kinds: wrong-thread
cite: culprit
say: reactor.stop was called in finish, in a thread of the pool.
"""
import signal; signal.alarm(30)
from twisted.internet import reactor


def finish():
    reactor.stop()  # RT:culprit


reactor.callLater(0.1, reactor.callInThread, finish)
reactor.callLater(0.5, lambda: None)
reactor.run()
