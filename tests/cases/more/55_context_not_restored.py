# SPDX-License-Identifier: MIT
"""A callback sets the context variable of a request, and the code that fired it goes on with it.

kinds: context-leak
cite: culprit
say: request_id has another value for deliver after ready.callback(), because begin set it.
"""
import signal; signal.alarm(30)
import contextvars
from twisted.internet import defer, reactor

request_id = contextvars.ContextVar("request_id", default="none")
ready = defer.Deferred()


def begin(number):  # RT:culprit
    request_id.set(number)


ready.addCallback(begin)


def deliver():
    request_id.set("main")
    ready.callback(17)
    print("deliver runs as", request_id.get())


reactor.callLater(0.1, deliver)
reactor.callLater(0.4, reactor.stop)
reactor.run()
