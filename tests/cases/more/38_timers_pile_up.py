# SPDX-License-Identifier: MIT
"""Each message schedules a clean-up an hour later, and none is cancelled.

kinds: piling-up
cite: created
say: The delayed calls scheduled in Session.message are more and more; none has run.
"""
import signal; signal.alarm(30)
from twisted.internet import reactor, task


class Session:
    def message(self):
        reactor.callLater(3600, self.expire)  # RT:created

    def expire(self):
        pass


task.LoopingCall(Session().message).start(0.005)
reactor.callLater(0.9, reactor.stop)
reactor.run()
