# SPDX-License-Identifier: MIT
"""Lists, races, locks, queues, timeouts, cancellations, retries and threads, each used rightly."""
import random
import time
from twisted.internet import defer, reactor, task, threads
from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.python.failure import Failure


def wait(seconds, result=None):
    return task.deferLater(reactor, seconds, lambda: result)


async def flaky(attempts):
    for number in range(attempts):
        try:
            await wait(0.01)
            if number < attempts - 1:
                raise ConnectionError("again")
            return number
        except ConnectionError:
            await wait(0.005 * (number + 1))


async def with_timeouts():
    for _ in range(5):
        try:
            await wait(5).addTimeout(0.02, reactor)
        except TimeoutError:
            pass
        assert await wait(0.01, 7).addTimeout(5, reactor) == 7


async def with_lock(lock, counts):
    async with lock:
        await wait(0.005)
        counts.append(1)


async def pipeline():
    queue, out = defer.DeferredQueue(), []

    async def worker():
        while (item := await queue.get()) is not None:
            await wait(0.002)
            out.append(item)

    workers = [defer.ensureDeferred(worker()) for _ in range(3)]
    for number in range(30):
        queue.put(number)
    for _ in workers:
        queue.put(None)
    await defer.gatherResults(workers)
    assert len(out) == 30


async def lists():
    results = await defer.DeferredList(
        [wait(0.01, 1), defer.fail(ValueError("known")), wait(0.02, 3)], consumeErrors=True
    )
    assert [ok for ok, _ in results] == [True, False, True]
    try:
        await defer.gatherResults([wait(0.05), defer.fail(KeyError("x"))], consumeErrors=True)
    except defer.FirstError:
        pass
    members = [wait(3), wait(3)]
    group = defer.gatherResults(members, consumeErrors=True)
    reactor.callLater(0.02, group.cancel)
    try:
        await group
    except (CancelledError, defer.FirstError):
        pass


def plain_callbacks():
    d = Deferred()
    d.addCallback(lambda value: wait(0.01, value + 1))
    d.addCallback(lambda value: 1 / 0)
    d.addErrback(lambda failure: failure.trap(ZeroDivisionError) and "fine")
    d.addBoth(lambda result: print("ended with", result))
    reactor.callLater(0.01, d.callback, 1)
    return d


async def in_threads():
    def ask():
        return threads.blockingCallFromThread(reactor, wait, 0.01, "answer")

    assert await threads.deferToThread(ask) == "answer"
    await defer.gatherResults([threads.deferToThread(time.sleep, 0.01) for _ in range(20)])


def shared_rightly():
    """Each caller gets a Deferred of its own, fired from one request."""
    waiting = []

    def ask():
        mine = Deferred()
        waiting.append(mine)
        if len(waiting) == 1:
            wait(0.02, "value").addCallback(deliver)
        return mine

    def deliver(value):
        for each in waiting:
            each.callback(value)

    return defer.gatherResults([ask() for _ in range(4)])


def cooperative():
    def steps():
        for number in range(200):
            sum(range(500))
            yield None if number % 10 else wait(0.001)

    return task.cooperate(steps()).whenDone()


@defer.inlineCallbacks
def fire_and_forget():
    yield wait(0.02)
    background = spawn()
    background.addErrback(lambda failure: print("logged", failure.value))
    yield wait(0.05)


@defer.inlineCallbacks
def spawn():
    yield wait(0.01)


def paused():
    d = Deferred()
    d.pause()
    d.addCallback(lambda _: None)
    reactor.callLater(0.01, d.callback, None)
    reactor.callLater(0.03, d.unpause)
    return d


async def main(reactor):
    lock, counts = defer.DeferredLock(), []
    loop = task.LoopingCall(lambda: wait(0.005))
    finished = loop.start(0.02)
    await defer.gatherResults(
        [defer.ensureDeferred(each) for each in (flaky(3), with_timeouts(), pipeline(), lists(), in_threads())]
        + [defer.ensureDeferred(with_lock(lock, counts)) for _ in range(10)]
        + [plain_callbacks(), shared_rightly(), cooperative(), fire_and_forget(), paused()]
    )
    loop.stop()
    await finished
    print("all went well", len(counts))


task.react(main)
