# SPDX-License-Identifier: MIT
"""A start-up of services in order, with errors that are handled, as Buildbot or Tahoe do it."""
from twisted.application import service
from twisted.internet import defer, reactor, task
from twisted.python import log


class Part(service.Service):
    def __init__(self, name, delay, fails=False):
        self.setName(name)
        self.delay, self.fails = delay, fails
        self.ready = defer.Deferred()

    def startService(self):
        service.Service.startService(self)
        d = task.deferLater(reactor, self.delay, self.begin)
        d.addCallbacks(self.ready.callback, self.ready.errback)

    def begin(self):
        if self.fails:
            raise RuntimeError("no database")
        return self.name

    def stopService(self):
        service.Service.stopService(self)
        return task.deferLater(reactor, self.delay, lambda: None)


@defer.inlineCallbacks
def start(parts):
    parent = service.MultiService()
    for part in parts:
        part.setServiceParent(parent)
    parent.startService()
    for part in parts:
        try:
            name = yield part.ready
            print(name, "is ready")
        except RuntimeError as error:
            print("going on without:", error)
    yield task.deferLater(reactor, 0.1, lambda: None)
    yield parent.stopService()
    reactor.stop()


def begin():
    d = start([Part("cache", 0.05), Part("database", 0.02, fails=True), Part("web", 0.1)])
    d.addErrback(log.err)


reactor.callWhenRunning(begin)
reactor.run()
