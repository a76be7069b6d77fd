# SPDX-License-Identifier: MIT
"""A client that logs in once and hands the same Deferred to every request: the second gets None.

kinds: result-taken
cite: created culprit waiter
say: Two chains returned the Deferred made in Client.session; the one of orders took its result, that of messages got None.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Client:
    def __init__(self):
        self.login = None
        self.seen = []

    def session(self):
        if self.login is None:
            self.login = defer.Deferred()  # RT:created
            reactor.callLater(0.05, self.login.callback, {"token": "abc"})
        return self.login

    def orders(self):
        d = task.deferLater(reactor, 0, lambda: None)
        d.addCallback(lambda _: self.session())  # RT:culprit
        d.addCallback(self.read, "orders")
        return d

    def messages(self):
        d = task.deferLater(reactor, 0.01, lambda: None)
        d.addCallback(lambda _: self.session())  # RT:waiter
        d.addCallback(self.read, "messages")
        return d

    def read(self, session, what):
        self.seen.append((what, session and session["token"]))


def main():
    client = Client()
    both = defer.gatherResults([client.orders(), client.messages()])
    both.addBoth(lambda _: reactor.stop())


reactor.callWhenRunning(main)
reactor.run()
