# SPDX-License-Identifier: MIT
"""A start-up step waits for an event that nobody sends; the process is killed.

kinds: never-fired
cite: created waiter
say: The Deferred made in wait_for_leader was never fired; start waits for it since the beginning.
"""
import os
import threading
import time
import signal
from twisted.internet import defer, reactor


def kill():
    time.sleep(1.2)
    os.kill(os.getpid(), signal.SIGKILL)


threading.Thread(target=kill, daemon=True).start()
elected = []


def wait_for_leader():
    d = defer.Deferred()  # RT:created
    elected.append(d)
    return d


@defer.inlineCallbacks
def start():
    name = yield wait_for_leader()  # RT:waiter
    print("leader is", name)


start()
reactor.run()
