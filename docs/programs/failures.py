# SPDX-License-Identifier: MIT
"""Mirrors that refuse. One failure is logged, two are held by somebody and never are."""

from twisted.internet import reactor, task


class Mirror:
    def __init__(self, name, works):
        self.name = name
        self.works = works
        self.last_push = None

    def _push(self):
        if not self.works:
            raise OSError(f"{self.name} refuses")
        return "pushed"

    def push(self):
        self.last_push = task.deferLater(reactor, 0.02, self._push)
        return self.last_push


mirrors = [Mirror(f"mirror-{number}", works=number == 0) for number in range(3)]
for mirror in mirrors:
    mirror.push()
reactor.callLater(0.5, reactor.stop)
reactor.run()
