#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The program of the first version's documentation (2013), in Python 3.

Two Deferreds, tracked by a JSONMonitor. `d` runs a callback that takes a second, one that returns,
one that raises and an errback that puts it right; then it fires `d2`, which has a callback of its
own. What happened is written to mon.out in the current directory, one JSON text a line.

    python examples/example.py
    reactortrack run -o example.rtlog examples/example.py
"""

import time

from reactortrack.monitor import JSONMonitor
from twisted.internet import reactor
from twisted.internet.defer import Deferred


def simpleCallback(result):
    time.sleep(1)
    return 1


def followup(result):
    return 2


def problem(result):
    raise RuntimeError("a problem")


def simpleErrback(failure):
    return None


def finished(result):
    print("FINISHED!")
    reactor.stop()


def main():
    monitor = JSONMonitor(True)  # True: also track Deferreds chained to a tracked one

    d = Deferred()
    d2 = Deferred()
    monitor.track(d)
    d.addCallback(simpleCallback)
    d.addCallback(followup)
    d.addCallback(problem)
    d.addErrback(simpleErrback)
    d.chainDeferred(d2)
    d2.addCallback(simpleCallback)
    d.addCallback(finished)

    reactor.callLater(0.1, d.callback, None)
    reactor.run()

    with open("mon.out", "w") as f:
        for line in monitor.buffer:
            f.write(f"{line}\n")


if __name__ == "__main__":
    main()
