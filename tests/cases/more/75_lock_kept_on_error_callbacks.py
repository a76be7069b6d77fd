# SPDX-License-Identifier: MIT
"""Plain callbacks: release() is in addCallback, not in addBoth.

kinds: lock-held
cite: holder waiter
say: The lock was taken in write for 'a', whose work failed; it was not released. 'b' and 'c' wait.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


class File:
    def __init__(self):
        self.lock = defer.DeferredLock()

    def write(self, name):
        d = self.lock.acquire()  # RT:holder RT:waiter
        d.addCallback(lambda _: task.deferLater(reactor, 0.05, self.really, name))
        d.addCallback(self.written)
        d.addErrback(lambda failure: print(name, "failed"))
        return d

    def really(self, name):
        if name == "a":
            raise OSError(name)

    def written(self, _):
        self.lock.release()


file = File()
for name in "abc":
    file.write(name)
reactor.callLater(0.7, reactor.stop)
reactor.run()
