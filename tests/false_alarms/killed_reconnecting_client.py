# SPDX-License-Identifier: MIT
"""A ClientService that finds nobody, waits longer each time, and somebody who waits for it."""
import signal
from twisted.application import internet
from twisted.internet import defer, endpoints, reactor
from twisted.internet.protocol import Factory, Protocol


async def use(service):
    connection = await service.whenConnected()
    connection.transport.write(b"hello")


async def try_once(service):
    try:
        await service.whenConnected(failAfterFailures=1)
    except Exception as error:
        print("not there yet:", type(error).__name__)


def start():
    endpoint = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", 1)
    service = internet.ClientService(endpoint, Factory.forProtocol(Protocol), lambda failed: 0.1 * failed)
    service.startService()
    defer.ensureDeferred(use(service)).addErrback(lambda failure: failure.trap(defer.CancelledError))
    defer.ensureDeferred(try_once(service))
    reactor.addSystemEventTrigger("before", "shutdown", service.stopService)


reactor.callWhenRunning(start)
reactor.run()
