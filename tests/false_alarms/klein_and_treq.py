# SPDX-License-Identifier: MIT
"""A klein server and a treq client: many requests, some cancelled, some timed out, all handled."""
import treq
from klein import Klein
from twisted.internet import defer, endpoints, task
from twisted.internet.defer import CancelledError, TimeoutError
from twisted.web.server import Site

app = Klein()


@app.route("/hello/<name>")
def hello(request, name):
    return f"hello {name}"


@app.route("/later")
def later(request):
    from twisted.internet import reactor

    return task.deferLater(reactor, 0.02, lambda: b"later")


@app.route("/slow")
async def slow(request):
    from twisted.internet import reactor

    try:
        await task.deferLater(reactor, 0.5, lambda: None)
    except CancelledError:
        pass
    return b"slow"


@app.route("/broken")
def broken(request):
    raise ValueError("broken")


@app.handle_errors(ValueError)
def sorry(request, failure):
    request.setResponseCode(500)
    return b"sorry"


async def fetch(url):
    response = await treq.get(url)
    return response.code, await response.text()


async def impatient(url, timeout):
    try:
        response = await treq.get(url, timeout=timeout)
        await response.text()
    except Exception as error:
        return type(error).__name__


async def main(reactor):
    endpoint = endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1")
    port = await endpoint.listen(Site(app.resource()))
    root = f"http://127.0.0.1:{port.getHost().port}"
    for _ in range(10):
        calls = [defer.ensureDeferred(fetch(f"{root}/hello/{n}")) for n in range(10)]
        calls += [defer.ensureDeferred(fetch(f"{root}/later")) for _ in range(5)]
        results = await defer.gatherResults(calls, consumeErrors=True)
        assert all(code == 200 for code, _ in results)
    print(await fetch(f"{root}/broken"))
    print(await defer.gatherResults(
        [defer.ensureDeferred(impatient(f"{root}/slow", 0.1)) for _ in range(3)]
    ))
    given_up = treq.get(f"{root}/slow")
    given_up.addErrback(lambda failure: print("given up:", failure.type.__name__))
    reactor.callLater(0.05, given_up.cancel)
    await given_up
    raced = defer.DeferredList(
        [defer.ensureDeferred(fetch(f"{root}/later")), defer.ensureDeferred(fetch(f"{root}/slow"))],
        fireOnOneCallback=True, consumeErrors=True,
    )
    print(await raced)
    await task.deferLater(reactor, 0.6, lambda: None)
    await port.stopListening()


task.react(main)
