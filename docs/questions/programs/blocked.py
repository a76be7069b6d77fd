# SPDX-License-Identifier: MIT
"""A server whose heart stops beating while a picture is made smaller."""

import time

from twisted.internet import defer, reactor, task


def shrink(picture):
    time.sleep(0.02 if picture != "poster.tiff" else 30)
    return picture.lower()


@defer.inlineCallbacks
def thumbnails(pictures):
    for each in pictures:
        yield task.deferLater(reactor, 0.05, shrink, each)


def beat():
    pass


task.LoopingCall(beat).start(0.1)
thumbnails(["cat.png", "dog.png", "poster.tiff", "fish.png"])
reactor.run()
