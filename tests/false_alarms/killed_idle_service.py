# SPDX-License-Identifier: MIT
"""A healthy service that idles: a web site, kept-alive connections, consumers that wait for work."""
import sys
from twisted.application import internet, service
from twisted.internet import defer, endpoints, reactor, task, threads
from twisted.internet.protocol import Factory, Protocol
from twisted.web import client, resource, server


class Hello(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        d = task.deferLater(reactor, 0.01, lambda: b"hello")
        d.addCallback(request.write)
        d.addCallback(lambda _: request.finish())
        return server.NOT_DONE_YET


class Worker:
    def __init__(self):
        self.jobs = defer.DeferredQueue()
        self.stopped = defer.Deferred()
        self.done = 0

    @defer.inlineCallbacks
    def run(self):
        while True:
            job = yield self.jobs.get()
            yield job()
            self.done += 1

    async def run_async(self):
        while True:
            job = await self.jobs.get()
            await job()
            self.done += 1


class Chat(Protocol):
    def connectionMade(self):
        self.factory.open += 1
        self.closed = defer.Deferred()
        self.closed.addBoth(self.left)

    def left(self, result):
        self.factory.open -= 1

    def dataReceived(self, data):
        self.transport.write(data)

    def connectionLost(self, reason):
        self.closed.callback(None)


class Client(Protocol):
    def connectionMade(self):
        self.answers = defer.DeferredQueue()
        self.lost = defer.Deferred()
        self.lost.addErrback(lambda failure: None)

    def dataReceived(self, data):
        self.answers.put(data)

    def connectionLost(self, reason):
        self.lost.errback(reason)


async def converse(port):
    """Talks now and then, and waits for whatever comes on a connection that stays open."""
    endpoint = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port)
    protocol = await endpoint.connect(Factory.forProtocol(Client))
    protocol.transport.write(b"hello")
    while True:
        print("heard", await protocol.answers.get())


async def keep_asking(agent, url):
    for _ in range(3):
        response = await agent.request(b"GET", url)
        await client.readBody(response)
        await task.deferLater(reactor, 0.05, lambda: None)


async def watch(stopping):
    await stopping
    print("stopping")


def start():
    lock, tokens, worker = defer.DeferredLock(), defer.DeferredSemaphore(3), Worker()
    worker.run()
    defer.ensureDeferred(worker.run_async())
    for _ in range(4):
        worker.jobs.put(lambda: tokens.run(task.deferLater, reactor, 0.02, lambda: None))
        worker.jobs.put(lambda: lock.run(threads.deferToThread, sum, [1, 2]))
    stopping = defer.Deferred()
    defer.ensureDeferred(watch(stopping))
    reactor.addSystemEventTrigger("before", "shutdown", stopping.callback, None)
    factory = Factory.forProtocol(Chat)
    factory.open = 0
    chat = reactor.listenTCP(0, factory, interface="127.0.0.1")
    web = reactor.listenTCP(0, server.Site(Hello()), interface="127.0.0.1")
    agent = client.Agent(reactor, pool=client.HTTPConnectionPool(reactor, persistent=True))
    url = b"http://127.0.0.1:%d/" % web.getHost().port
    for _ in range(5):
        defer.ensureDeferred(keep_asking(agent, url)).addErrback(print)
        defer.ensureDeferred(converse(chat.getHost().port)).addErrback(print)
    task.LoopingCall(lambda: None).start(0.1)
    task.LoopingCall(threads.deferToThread, lambda: None).start(0.3)
    nightly = task.LoopingCall(lambda: None)
    nightly.start(86400, now=False)
    print("up", file=sys.stderr)


reactor.callWhenRunning(start)
reactor.run()
