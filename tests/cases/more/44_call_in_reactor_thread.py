# SPDX-License-Identifier: MIT
"""blockingCallFromThread in the reactor's own thread: a deadlock.

kinds: reactor-blocked never-fired
cite: culprit
say: The delayed call refresh has not returned since 0.1 s: it waits for the reactor inside the reactor.
"""
import os
import threading
import time
import signal
from twisted.internet import reactor, task, threads


def kill():
    time.sleep(1.2)
    os.kill(os.getpid(), signal.SIGKILL)


threading.Thread(target=kill, daemon=True).start()


def refresh():  # RT:culprit
    threads.blockingCallFromThread(reactor, task.deferLater, reactor, 0.1, lambda: 1)


reactor.callLater(0.1, refresh)
reactor.run()
