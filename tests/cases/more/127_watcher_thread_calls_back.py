# SPDX-License-Identifier: MIT
"""A watcher of files has a thread of its own and fires the waiting Deferred from there.

kinds: wrong-thread
cite: fired
say: The Deferred made in Watcher.changed was fired in the watcher's thread, not in the reactor's.
"""
import signal; signal.alarm(30)
import threading
import time
from twisted.internet import defer, reactor


class Watcher(threading.Thread):
    def __init__(self):
        super().__init__(name="watcher", daemon=True)
        self.waiting = []
        self.version = 0

    def changed(self):
        d = defer.Deferred()
        self.waiting.append(d)
        return d

    def run(self):
        while self.version < 3:
            time.sleep(0.1)
            self.version += 1
            self.tell()

    def tell(self):
        waiting, self.waiting = self.waiting, []
        for each in waiting:
            each.callback(self.version)  # RT:fired


class Reloader:
    def __init__(self, watcher):
        self.watcher = watcher
        self.loaded = []

    @defer.inlineCallbacks
    def follow(self):
        while len(self.loaded) < 2:
            self.loaded.append((yield self.watcher.changed()))


watcher = Watcher()
watcher.start()
reactor.callWhenRunning(Reloader(watcher).follow)
reactor.callLater(0.8, reactor.stop)
reactor.run()
