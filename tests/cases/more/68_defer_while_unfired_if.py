# SPDX-License-Identifier: MIT
"""`if d:` on a Deferred: the check passes although the user is not allowed.

kinds: dropped-work
cite: culprit
say: delete called is_admin and never waited for its Deferred.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task


@defer.inlineCallbacks
def is_admin(user):
    yield task.deferLater(reactor, 0.05, lambda: None)
    return user == "root"


@defer.inlineCallbacks
def delete(user):
    yield task.deferLater(reactor, 0.01, lambda: None)
    if is_admin(user):  # RT:culprit
        print("deleted by", user)


delete("guest")
reactor.callLater(0.4, reactor.stop)
reactor.run()
