# SPDX-License-Identifier: MIT
"""resume() is called by two producers.

kinds: unbalanced-pause
cite: culprit
say: The second unpause() in resume has no pause().
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor

gate = defer.Deferred()


def resume():
    gate.unpause()  # RT:culprit


gate.pause()
reactor.callLater(0.05, resume)
reactor.callLater(0.1, resume)
reactor.callLater(0.15, gate.callback, None)
reactor.callLater(0.5, reactor.stop)
reactor.run()
