# SPDX-License-Identifier: MIT
"""A program whose recording is large: requests that wait for lookups, some of which fail.

python busy.py NUMBER_OF_REQUESTS
"""

import sys

from twisted.internet import defer, task


def lookup(number):
    answer = defer.Deferred()
    answer.addCallback(double)
    waiting.append((number, answer))
    return answer


def double(value):
    if value % 97 == 0:
        raise LookupError(value)
    return value * 2


def recover(failure):
    failure.trap(LookupError)
    return 0


async def request(number):
    first = await lookup(number)
    chained = defer.succeed(first)
    chained.addCallback(lambda value: lookup(value))
    chained.addErrback(recover)
    return await chained


def requests(count):
    for number in range(count):
        d = defer.ensureDeferred(request(number))
        d.addErrback(recover)
        yield
        while waiting:
            asked, answer = waiting.pop()
            answer.callback(asked)


waiting = []


def main(reactor):
    return task.coiterate(requests(int(sys.argv[1])))


if __name__ == "__main__":
    task.react(main)
