# SPDX-License-Identifier: MIT
"""A program that takes its time: a Deferred every tenth of a second, for some seconds.

python ticking.py NUMBER_OF_TICKS
"""

import sys

from twisted.internet import defer, task


def tick(ticks):
    d = defer.Deferred()
    d.addCallback(lambda number: number + 1)
    d.callback(len(ticks))
    ticks.append(d)


def main(reactor):
    ticks = []
    loop = task.LoopingCall(tick, ticks)
    reactor.callLater(int(sys.argv[1]) / 10, loop.stop)
    return loop.start(0.1)


if __name__ == "__main__":
    task.react(main)
