# SPDX-License-Identifier: MIT
"""`yield` forgotten in front of a Deferred-returning method that fails.

kinds: dropped-work unhandled-failure
cite: culprit raised
say: checkpoint called storage.flush() and dropped the Deferred, which failed with OSError raised in write.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Storage:
    def flush(self):
        d = task.deferLater(reactor, 0.1, self.write)
        d.addCallback(lambda _: print("flushed"))
        return d

    def write(self):
        raise OSError("full")  # RT:raised


@defer.inlineCallbacks
def checkpoint(storage):
    yield task.deferLater(reactor, 0.01, lambda: None)
    storage.flush()  # RT:culprit
    print("checkpoint done")


checkpoint(Storage())
reactor.callLater(0.6, reactor.stop)
reactor.run()
