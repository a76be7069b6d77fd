# SPDX-License-Identifier: MIT
import signal; signal.alarm(5)
from twisted.internet import defer, reactor, task
def server_forever():
    d = task.deferLater(reactor, 60, lambda: None)
    d.addCallback(print)
async def job():
    await task.deferLater(reactor, 30, lambda: None)
server_forever(); defer.ensureDeferred(job())
shared = task.deferLater(reactor, 0.05, lambda: "v")
def keep(r): return r
def use(): shared.addCallback(keep)
use(); use()
reactor.callLater(0.6, reactor.stop); reactor.run()
