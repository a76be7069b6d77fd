# SPDX-License-Identifier: MIT
"""A worker pool's coroutine dies from one bad job; the other jobs wait in the queue.

kinds: unhandled-failure piling-up
cite: raised created
say: The only worker ended with ValueError raised in convert; nobody was told.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


def convert(job):
    return int(job)  # RT:raised


async def worker(jobs):
    while True:
        job = await jobs.get()
        await task.deferLater(reactor, 0.01, lambda: None)
        print(convert(job))


class Pool:
    def __init__(self):
        self.jobs = defer.DeferredQueue()
        self.workers = [defer.ensureDeferred(worker(self.jobs))]  # RT:created


pool = Pool()
for job in ("1", "x", "3"):
    pool.jobs.put(job)
reactor.callLater(0.6, reactor.stop)
reactor.run()
