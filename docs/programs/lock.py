# SPDX-License-Identifier: MIT
"""Messages to a room go through a lock. The second one fails while it has it."""

from twisted.internet import defer, reactor, task


class Room:
    def __init__(self):
        self.lock = defer.DeferredLock()
        self.messages = []

    async def store(self, text):
        await task.deferLater(reactor, 0.05)
        self.messages.append(text.upper())

    async def send(self, text):
        await self.lock.acquire()
        await self.store(text)
        self.lock.release()


room = Room()
for message in ("hello", None, "is anybody there?", "hello?"):
    defer.ensureDeferred(room.send(message)).addErrback(lambda failure: None)
reactor.callLater(1, reactor.stop)
reactor.run()
