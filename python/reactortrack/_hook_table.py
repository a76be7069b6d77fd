# SPDX-License-Identifier: MIT
"""What is hooked besides Deferred's own methods: by module, (class, method, hook).

Installed when the module is imported; a class or method that a release does not have is passed
over. The hooks themselves are in recorder/reactor.cc, resources.cc, threads.cc, loops.cc,
shutdown.cc and observe.cc.
"""

from __future__ import annotations

Hook = tuple[str, str, str]

#: Methods of Deferred, observed by both engines: not frequent enough to be replaced.
OBSERVED = {
    "pause": "observe.pause",
    "unpause": "observe.unpause",
    "chainDeferred": "observe.chainDeferred",
    "cancel": "observe.cancel",
    "addTimeout": "observe.addTimeout",
    "asFuture": "observe.asFuture",
    "fromFuture": "observe.fromFuture",
    "__await__": "observe.__await__",
    "__iter__": "observe.__await__",
}

#: Those of them that the native engine does itself where they are as a known release has them.
NATIVE = {
    "cancel": "native.cancel",
    "__await__": "native.__await__",
    "__iter__": "native.__await__",
}

HOOKS: dict[str, list[Hook]] = {
    "twisted.internet.defer": [
        ("DeferredList", "cancel", "observe.cancel_list"),
        ("_ConcurrencyPrimitive", "__init__", "lock.__init__"),
        ("DeferredLock", "acquire", "lock.acquire"),
        ("DeferredLock", "release", "lock.release"),
        ("DeferredSemaphore", "__init__", "semaphore.__init__"),
        ("DeferredSemaphore", "acquire", "semaphore.acquire"),
        ("DeferredSemaphore", "release", "semaphore.release"),
        ("DeferredQueue", "__init__", "queue.__init__"),
        ("DeferredQueue", "get", "queue.get"),
        ("DeferredQueue", "put", "queue.put"),
        ("DeferredFilesystemLock", "__init__", "filelock.__init__"),
        ("DeferredFilesystemLock", "deferUntilLocked", "filelock.deferUntilLocked"),
    ],
    "twisted.python.lockfile": [
        ("FilesystemLock", "lock", "filelock.lock"),
        ("FilesystemLock", "unlock", "filelock.unlock"),
    ],
    "twisted.python.threadpool": [
        ("ThreadPool", "__init__", "pool.__init__"),
        ("ThreadPool", "start", "pool.start"),
        ("ThreadPool", "adjustPoolsize", "pool.adjustPoolsize"),
        ("ThreadPool", "stop", "pool.stop"),
        ("ThreadPool", "callInThreadWithCallback", "pool.callInThreadWithCallback"),
    ],
    "twisted.internet.task": [
        ("LoopingCall", "start", "loop.start"),
        ("LoopingCall", "__call__", "loop.__call__"),
        ("LoopingCall", "stop", "loop.stop"),
    ],
    "twisted.internet.base": [
        ("ReactorBase", "runUntilCurrent", "reactor.runUntilCurrent"),
        ("ReactorBase", "callLater", "reactor.callLater"),
        ("ReactorBase", "callFromThread", "reactor.callFromThread"),
        ("ReactorBase", "stop", "reactor.stop"),
        ("ReactorBase", "fireSystemEvent", "reactor.fireSystemEvent"),
        ("DelayedCall", "cancel", "reactor.cancel"),
        ("DelayedCall", "reset", "reactor.reset"),
        ("DelayedCall", "delay", "reactor.delay"),
    ],
    "twisted.internet.tcp": [("Port", "startListening", "reactor.listen")],
    "twisted.internet.udp": [("Port", "startListening", "reactor.listen")],
    "twisted.internet.unix": [
        ("Port", "startListening", "reactor.listen"),
        ("DatagramPort", "startListening", "reactor.listen"),
    ],
    "twisted.internet.posixbase": [("_PollLikeMixin", "_doReadOrWrite", "reactor.readOrWrite")],
    "twisted.internet.epollreactor": [("EPollReactor", "doIteration", "reactor.doIteration")],
    "twisted.internet.pollreactor": [("PollReactor", "doIteration", "reactor.doIteration")],
    "twisted.internet.kqreactor": [("KQueueReactor", "doIteration", "reactor.doIteration")],
    "twisted.internet.selectreactor": [
        ("SelectReactor", "doIteration", "reactor.doIteration"),
        ("SelectReactor", "_doReadOrWrite", "reactor.readOrWrite"),
    ],
    "twisted.internet.asyncioreactor": [
        ("AsyncioSelectorReactor", "_readOrWrite", "reactor.readOrWrite"),
        ("AsyncioSelectorReactor", "callFromThread", "reactor.callFromThread"),
    ],
}

#: Classes whose objects' ends are watched: their finalizer slots are put back at the end.
WATCHED = {
    "twisted.internet.defer": ("_ConcurrencyPrimitive", "DeferredQueue"),
    "twisted.python.lockfile": ("FilesystemLock",),
    "twisted.python.threadpool": ("ThreadPool",),
    "twisted.internet.task": ("LoopingCall",),
    "twisted.internet.base": ("DelayedCall",),
}
