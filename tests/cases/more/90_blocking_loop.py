# SPDX-License-Identifier: MIT
"""A LoopingCall's function blocks, again and again.

kinds: reactor-blocked
cite: culprit
say: The reactor was blocked by scan, the function of a loop.
"""
import signal; signal.alarm(30)
import time
from twisted.internet import reactor, task


def scan():  # RT:culprit
    time.sleep(0.3)


def start():
    task.LoopingCall(scan).start(0.4)


task.LoopingCall(lambda: None).start(0.05)
start()
reactor.callLater(1.1, reactor.stop)
reactor.run()
