# SPDX-License-Identifier: MIT
"""coiterate over a generator whose every step awaits nothing and takes 60 ms; timers are late.

kinds: reactor-blocked starved
cite: culprit
say: Steps of the Cooperator started in rebuild take 0.3 s each.
"""
import signal; signal.alarm(30)
import time
from twisted.internet import reactor, task


def steps():
    for _ in range(4):
        time.sleep(0.3)
        yield


def rebuild():
    return task.coiterate(steps())  # RT:culprit


task.LoopingCall(lambda: None).start(0.05)
reactor.callLater(0.1, rebuild)
reactor.callLater(1.6, reactor.stop)
reactor.run()
