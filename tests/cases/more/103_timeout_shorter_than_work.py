# SPDX-License-Identifier: MIT
"""A fixed timeout cancels a transfer that is well under way; the log shows only TimeoutError.

kinds: cancelled-by
cite: culprit
say: transfer was cancelled by the 0.2 s timeout added in upload.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


@defer.inlineCallbacks
def transfer(parts):
    for part in range(parts):
        yield task.deferLater(reactor, 0.06, lambda: None)


def upload():
    d = transfer(10)
    d.addTimeout(0.2, reactor)  # RT:culprit
    d.addErrback(lambda failure: print("upload failed:", failure.type.__name__))


upload()
reactor.callLater(0.6, reactor.stop)
reactor.run()
