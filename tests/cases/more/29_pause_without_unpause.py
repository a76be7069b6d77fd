# SPDX-License-Identifier: MIT
"""Back pressure pauses the reply and never lets go.

kinds: unbalanced-pause
cite: created culprit
say: reply has its result but is paused since throttle.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


class Channel:
    def __init__(self):
        self.reply = defer.Deferred()  # RT:created
        self.reply.addCallback(lambda value: print("delivered", value))

    def throttle(self):
        self.reply.pause()  # RT:culprit

    def deliver(self):
        self.reply.callback("hello")


channel = Channel()
reactor.callLater(0.05, channel.throttle)
reactor.callLater(0.1, channel.deliver)
reactor.callLater(0.6, reactor.stop)
reactor.run()
