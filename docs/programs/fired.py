# SPDX-License-Identifier: MIT
"""A download with a timeout, an abort button, and a server that answers in the end."""

from twisted.internet import defer, reactor


class Download:
    def __init__(self):
        self.done = defer.Deferred()

    def on_data(self, data):
        self.done.callback(data)

    def on_lost(self):
        if not self.done.called:
            self.done.callback(b"half of it")


def abort(deferred):
    deferred.cancel()


first, second = Download(), Download()
reactor.callLater(0.1, first.on_lost)
reactor.callLater(0.2, first.on_data, b"all of it")
second.done.addTimeout(5, reactor).addErrback(lambda failure: print("second:", failure.type))
reactor.callLater(0.3, abort, second.done)
reactor.callLater(0.5, reactor.stop)
reactor.run()
