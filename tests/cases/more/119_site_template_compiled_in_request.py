# SPDX-License-Identifier: MIT
"""twisted.web: a page's callback compiles its templates anew, in the reactor's thread.

kinds: reactor-blocked
cite: culprit
say: The callback fill held up the reactor for half a second.
"""
import signal; signal.alarm(30)
import time
from twisted.internet import defer, reactor, task
from twisted.web import client, resource, server


def compile_all(count):
    time.sleep(0.1 * count)
    return "<p>%s</p>"


class Report(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        d = task.deferLater(reactor, 0.02, lambda: {"rows": 5})
        d.addCallback(self.fill, request)
        d.addErrback(self.broken, request)
        return server.NOT_DONE_YET

    def fill(self, data, request):  # RT:culprit
        template = compile_all(data["rows"])
        request.write((template % data["rows"]).encode())
        request.finish()

    def broken(self, failure, request):
        request.setResponseCode(500)
        request.finish()


async def main():
    port = reactor.listenTCP(0, server.Site(Report()), interface="127.0.0.1")
    agent = client.Agent(reactor)
    url = b"http://127.0.0.1:%d/report" % port.getHost().port
    await client.readBody(await agent.request(b"GET", url))
    reactor.stop()


reactor.callWhenRunning(lambda: defer.ensureDeferred(main()))
reactor.run()
