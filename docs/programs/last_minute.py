# SPDX-License-Identifier: MIT
"""A worker that does its rounds, until something happens."""

from twisted.internet import defer, reactor, task


class Connection:
    def __init__(self):
        self.closed = False

    def send(self, text):
        if self.closed:
            raise ConnectionError("the connection is closed")
        return len(text)

    def close(self):
        self.closed = True


@defer.inlineCallbacks
def rounds(connection):
    number = 0
    while True:
        yield task.deferLater(reactor, 0.05, connection.send, f"round {number}")
        number += 1


def closed(failure):
    print("the worker has ended:", failure.getErrorMessage())


connection = Connection()
rounds(connection).addErrback(closed)
reactor.callLater(1.02, connection.close)
reactor.callLater(1.2, reactor.stop)
reactor.run()
