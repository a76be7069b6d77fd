# SPDX-License-Identifier: MIT
"""reactor.callLater in another thread.

kinds: wrong-thread
cite: culprit
say: reactor.callLater was called in on_message in thread `listener`.
"""
import signal; signal.alarm(30)
import threading
import time
from twisted.internet import reactor


def on_message(text):
    reactor.callLater(0.1, print, text)  # RT:culprit


def listen():
    time.sleep(0.1)
    on_message("hello")


threading.Thread(target=listen, name="listener").start()
reactor.callLater(0.6, reactor.stop)
reactor.run()
