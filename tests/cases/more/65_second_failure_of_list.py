# SPDX-License-Identifier: MIT
"""DeferredList without consumeErrors leaves failures in its members.

kinds: unhandled-failure
cite: created raised
say: The Deferred created in probe failed with TimeoutError; the list it is in does not consume errors.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def fail(host):
    raise TimeoutError(host)  # RT:raised


def probe(host):
    return task.deferLater(reactor, 0.05, fail, host)  # RT:created


def probe_all():
    probes = defer.DeferredList([probe(host) for host in "ab"])
    probes.addCallback(lambda results: print([ok for ok, _ in results]))
    return probes


probe_all()
reactor.callLater(0.5, reactor.stop)
reactor.run()
