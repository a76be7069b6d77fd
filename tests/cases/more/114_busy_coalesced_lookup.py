# SPDX-License-Identifier: MIT
"""A web site that lets equal lookups share one query forgets all but the first when that one fails.

kinds: never-fired collected-pending
severity: warning
cite: created waiter
say: The Deferred made for the second of two equal lookups never fired; the page's coroutine waits for it, and both are gone.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor, task
from twisted.web import client, resource, server


class Backend:
    def __init__(self):
        self.in_flight = {}

    def lookup(self, key):
        d = defer.Deferred()  # RT:created
        if key in self.in_flight:
            self.in_flight[key].append(d)
        else:
            self.in_flight[key] = [d]
            task.deferLater(reactor, 0.02, self.query, key).addCallbacks(
                self.found, self.failed, callbackArgs=[key], errbackArgs=[key]
            )
        return d

    def query(self, key):
        if key == "broken":
            raise LookupError(key)
        return key.title()

    def found(self, value, key):
        for each in self.in_flight.pop(key):
            each.callback(value)

    def failed(self, failure, key):
        first, *others = self.in_flight.pop(key)
        first.errback(failure)


class Page(resource.Resource):
    isLeaf = True

    def __init__(self, backend):
        super().__init__()
        self.backend = backend

    def render_GET(self, request):
        defer.ensureDeferred(self.answer(request))
        return server.NOT_DONE_YET

    async def answer(self, request):
        key = request.postpath[0].decode()
        try:
            text = await self.backend.lookup(key)  # RT:waiter
        except LookupError:
            request.setResponseCode(404)
            text = "none"
        request.write(text.encode())
        request.finish()


async def browse(agent, url):
    response = await agent.request(b"GET", url)
    return await client.readBody(response)


def main():
    site = server.Site(Page(Backend()))
    port = reactor.listenTCP(0, site, interface="127.0.0.1")
    root = b"http://127.0.0.1:%d/" % port.getHost().port
    agent = client.Agent(reactor)
    names = iter([b"ann", b"bob", b"broken", b"broken"] + [b"user%d" % n for n in range(10_000)])

    def visit():
        defer.ensureDeferred(browse(agent, root + next(names))).addErrback(lambda failure: None)

    def visit_twice():
        visit()
        visit()

    task.LoopingCall(visit_twice).start(0.05)


reactor.callWhenRunning(main)
reactor.callLater(2.8, reactor.stop)
reactor.run()
