# SPDX-License-Identifier: MIT
"""A Service's heartbeat: the first peer that has left ends the loop, and nobody learns of it.

kinds: loop-stopped unhandled-failure
cite: created raised
say: The loop started in Heartbeat.startService stopped for ever after KeyError in beat.
"""
import signal; signal.alarm(30)
from twisted.application import service
from twisted.internet import reactor, task


class Peers:
    def __init__(self):
        self.alive = {"a": 0, "b": 0, "c": 0}

    def leave(self, name):
        del self.alive[name]

    def touch(self, name):
        self.alive[name] = self.alive[name] + 1  # RT:raised


class Heartbeat(service.Service):
    def __init__(self, peers):
        self.peers = peers
        self.names = list(peers.alive)
        self.loop = task.LoopingCall(self.beat)

    def startService(self):
        super().startService()
        self.loop.start(0.05)  # RT:created

    def beat(self):
        for name in self.names:
            self.peers.touch(name)

    def stopService(self):
        if self.loop.running:
            self.loop.stop()
        return super().stopService()


peers = Peers()
root = service.MultiService()
Heartbeat(peers).setServiceParent(root)
reactor.callWhenRunning(root.startService)
reactor.callLater(0.3, peers.leave, "b")
reactor.callLater(0.9, reactor.stop)
reactor.run()
