# SPDX-License-Identifier: MIT
"""Perspective Broker: a remote method takes the room's lock and fails before it gives it back.

kinds: lock-held
cite: holder waiter
say: The lock taken in Room.remote_post was never released after ValueError; two posters wait for it.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task
from twisted.spread import pb


class Room(pb.Root):
    def __init__(self):
        self.lock = defer.DeferredLock()
        self.lines = []

    @defer.inlineCallbacks
    def remote_post(self, who, text):
        yield self.lock.acquire()  # RT:holder RT:waiter
        yield task.deferLater(reactor, 0.01, lambda: None)
        self.lines.append((who, self.checked(text)))
        self.lock.release()
        return len(self.lines)

    def checked(self, text):
        if not text.strip():
            raise ValueError("an empty line")
        return text


async def chat(root, who, lines):
    for text in lines:
        await root.callRemote("post", who, text)


async def main():
    port = reactor.listenTCP(0, pb.PBServerFactory(Room()), interface="127.0.0.1")
    factory = pb.PBClientFactory()
    reactor.connectTCP("127.0.0.1", port.getHost().port, factory)
    root = await factory.getRootObject()
    talks = [("ann", ["hello", "how are you"]), ("bob", ["hi", " "]), ("eve", ["well", "bye"])]
    await defer.DeferredList(
        [defer.ensureDeferred(chat(root, who, lines)) for who, lines in talks], consumeErrors=True
    )


defer.ensureDeferred(main())
reactor.callLater(1.2, reactor.stop)
reactor.run()
