# SPDX-License-Identifier: MIT
"""A downloader with slots for each host: a refused download keeps its slot; other hosts go on.

kinds: never-fired
severity: warning
cite: created waiter
say: Deferreds made in Slots.take for one host never fired; download waits for a slot.
"""
import collections
import signal; signal.alarm(30)
from twisted.internet import defer, error, reactor, task


class Slots:
    def __init__(self, size):
        self.free = collections.defaultdict(lambda: size)
        self.queues = collections.defaultdict(collections.deque)

    def take(self, host):
        d = defer.Deferred()  # RT:created
        if self.free[host]:
            self.free[host] -= 1
            d.callback(host)
        else:
            self.queues[host].append(d)
        return d

    def give(self, host):
        if self.queues[host]:
            self.queues[host].popleft().callback(host)
        else:
            self.free[host] += 1


def transfer(host, path):
    d = task.deferLater(reactor, 0.015, lambda: path)
    if host == "old.example" and path < 2:
        d.addCallback(lambda _: (_ for _ in ()).throw(error.ConnectionRefusedError()))
    return d


@defer.inlineCallbacks
def download(slots, host, path):
    yield slots.take(host)  # RT:waiter
    body = yield transfer(host, path)
    slots.give(host)
    return body


def main():
    slots = Slots(2)
    paths = iter(range(10_000))

    def schedule(host, path):
        download(slots, host, path).addErrback(lambda failure: failure.trap(error.ConnectError))

    def more():
        path = next(paths)
        for host in ("a.example", "b.example", "c.example"):
            schedule(host, path)
        if path < 4:
            schedule("old.example", path)

    task.LoopingCall(more).start(0.03)


reactor.callWhenRunning(main)
reactor.callLater(2.6, reactor.stop)
reactor.run()
