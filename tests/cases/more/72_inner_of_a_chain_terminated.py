# SPDX-License-Identifier: MIT
"""The third step of a chain of plain callbacks returns a Deferred that nobody fires; SIGTERM ends it.

kinds: never-fired
cite: created attached
say: The Deferred created in confirm, returned by a callback attached in order, was never fired.
"""
import os
import signal
from twisted.internet import defer, reactor, task

mails = []


def pay(amount):
    return task.deferLater(reactor, 0.02, lambda: amount)


def confirm(amount):
    d = defer.Deferred()  # RT:created
    mails.append(d)
    return d


def order():
    d = pay(7)
    d.addCallback(confirm)  # RT:attached
    d.addCallback(lambda _: print("confirmed"))
    d.addErrback(lambda failure: print(failure))
    return d


order()
reactor.callLater(0.8, os.kill, os.getpid(), signal.SIGTERM)
reactor.run()
