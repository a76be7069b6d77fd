# SPDX-License-Identifier: MIT
"""A chat over long polls: a lively room, and one in which nobody says a word."""
import collections

from twisted.internet import defer, reactor, task
from twisted.web import client, resource, server


class Rooms(resource.Resource):
    isLeaf = True

    def __init__(self):
        super().__init__()
        self.waiting = collections.defaultdict(list)

    def heard(self, room):
        d = defer.Deferred()
        self.waiting[room].append(d)
        return d

    def say(self, room, text):
        waiting, self.waiting[room] = self.waiting[room], []
        for each in waiting:
            each.callback(text)

    def render_GET(self, request):
        d = self.heard(request.postpath[0])
        request.notifyFinish().addErrback(lambda failure: None)
        d.addCallback(self.answer, request)
        return server.NOT_DONE_YET

    def render_POST(self, request):
        self.say(request.postpath[0], request.content.read())
        return b"said"

    def answer(self, text, request):
        if not request._disconnected:
            request.write(text)
            request.finish()


class Words:
    """The body of a POST."""

    length = 5

    def startProducing(self, consumer):
        consumer.write(b"hello")
        return defer.succeed(None)

    def stopProducing(self):
        pass


async def listen(agent, url):
    return await client.readBody(await agent.request(b"GET", url))


async def follow(agent, url):
    while True:
        await listen(agent, url)


async def talk(agent, url):
    while True:
        await task.deferLater(reactor, 0.03, lambda: None)
        await client.readBody(await agent.request(b"POST", url, bodyProducer=Words()))


def main():
    port = reactor.listenTCP(0, server.Site(Rooms()), interface="127.0.0.1")
    root = b"http://127.0.0.1:%d/" % port.getHost().port
    agent = client.Agent(reactor, pool=client.HTTPConnectionPool(reactor))
    quiet = lambda failure: None  # noqa: E731
    defer.ensureDeferred(listen(agent, root + b"silent")).addErrback(quiet)
    for _ in range(3):
        defer.ensureDeferred(follow(agent, root + b"lively")).addErrback(quiet)
    defer.ensureDeferred(talk(agent, root + b"lively")).addErrback(quiet)


reactor.callWhenRunning(main)
reactor.callLater(3.0, reactor.stop)
reactor.run()
