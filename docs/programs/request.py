# SPDX-License-Identifier: MIT
"""Requests for orders, each served by a handler, a cache and a database. One is never answered."""

from twisted.internet import defer, reactor, task


class Database:
    def query(self, order):
        if order == 17:
            return defer.Deferred()  # its row is locked by somebody
        return task.deferLater(reactor, 0.02, dict, id=order)


class Cache:
    def __init__(self, database):
        self.database = database
        self.entries = {}

    def get(self, order):
        if order not in self.entries:
            self.entries[order] = self.database.query(order)
        waiter = defer.Deferred()
        self.entries[order].chainDeferred(waiter)
        return waiter


@defer.inlineCallbacks
def handle(cache, order):
    row = yield cache.get(order)
    return row["id"]


def serve(cache, order):
    request = handle(cache, order)
    print(f"order {order}: request {request!r}")
    return request


cache = Cache(Database())
requests = [serve(cache, order) for order in range(16, 20)]
reactor.callLater(1, reactor.stop)
reactor.run()
