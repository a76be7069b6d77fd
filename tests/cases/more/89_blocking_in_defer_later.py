# SPDX-License-Identifier: MIT
"""deferLater of a function that blocks.

kinds: reactor-blocked
cite: created
say: The reactor was blocked for 0.5 s by what deferLater in begin runs.
"""
import signal; signal.alarm(30)
import time
from twisted.internet import reactor, task


def compress():
    time.sleep(0.5)


def begin():
    return task.deferLater(reactor, 0.1, compress)  # RT:created


task.LoopingCall(lambda: None).start(0.05)
begin()
reactor.callLater(0.9, reactor.stop)
reactor.run()
