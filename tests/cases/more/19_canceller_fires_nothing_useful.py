# SPDX-License-Identifier: MIT
"""A canceller that calls a method that is not there.

kinds: cancel-ineffective
cite: created raised
say: cancel() on download raised NameError in stop_transfer, so it was not fired.
"""
import signal; signal.alarm(30)
from twisted.internet import defer, reactor


def stop_transfer(d):
    transfer.abort()  # RT:raised


def download():
    return defer.Deferred(stop_transfer)  # RT:created


@defer.inlineCallbacks
def main():
    d = download()
    reactor.callLater(0.1, give_up, d)
    yield d


def give_up(d):
    try:
        d.cancel()
    except NameError as error:
        print("cancel raised", error)


main()
reactor.callLater(0.6, reactor.stop)
reactor.run()
