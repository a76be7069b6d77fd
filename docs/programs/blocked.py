# SPDX-License-Identifier: MIT
"""A server whose heart stops beating while a picture is made smaller."""

import os
import time

from twisted.internet import defer, reactor, task


def shrink(picture):
    if picture == "poster.tiff":
        time.sleep(30 if os.environ.get("FOREVER") else 0.6)
    return picture.lower()


def load(picture):
    return task.deferLater(reactor, 0.05, str, picture)


@defer.inlineCallbacks
def thumbnails(pictures):
    for each in pictures:
        yield load(each).addCallback(shrink)


def beat():
    pass


task.LoopingCall(beat).start(0.1)
thumbnails(["cat.png", "dog.png", "poster.tiff", "fish.png"])
reactor.callLater(1.5, reactor.stop)
reactor.run()
