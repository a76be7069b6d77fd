# SPDX-License-Identifier: MIT
"""A fetch whose failure path forgets errback(): callers that came by plain callbacks wait.

kinds: never-fired
cite: created attached
say: The Deferred made in Fetcher.fetch was never fired (its error path only logs); two callbacks wait.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class Fetcher:
    def fetch(self, key):
        result = defer.Deferred()  # RT:created
        inner = task.deferLater(reactor, 0.05, self.load, key)
        inner.addCallback(result.callback)
        inner.addErrback(lambda failure: print("logged:", failure.getErrorMessage()))
        return result

    def load(self, key):
        raise KeyError(key)


kept = Fetcher().fetch("a")
kept.addCallback(lambda value: print("got", value))  # RT:attached
kept.addBoth(lambda value: print("done"))
reactor.callLater(0.8, reactor.stop)
reactor.run()
