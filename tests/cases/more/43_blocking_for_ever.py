# SPDX-License-Identifier: MIT
"""A callback blocks and never returns; the process is killed.

kinds: reactor-blocked
cite: attached
say: The reactor has been inside callback lock_file since 0.1 s; it never came back.
"""
import os
import threading
import time
import signal
from twisted.internet import reactor, task


def kill():
    time.sleep(1.2)
    os.kill(os.getpid(), signal.SIGKILL)


threading.Thread(target=kill, daemon=True).start()
mutex = threading.Lock()
mutex.acquire()


def lock_file(_):
    mutex.acquire()


def begin():
    return task.deferLater(reactor, 0.1, lambda: None).addCallback(lock_file)  # RT:attached


task.LoopingCall(lambda: None).start(0.05)
begin()
reactor.run()
