# SPDX-License-Identifier: MIT
"""Uses Deferreds in every way there is and prints all that can be seen of them.

usage: sameness_program.py off|native|wrap RECORDING
"""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import re
import sys
import traceback
import warnings

from sections import run_sections, section
from twisted.internet import defer, task
from twisted.internet.defer import Deferred, DeferredList
from twisted.python.failure import Failure


def clean(text):
    return re.sub("0x[0-9a-f]+", "0x", text)


def boom(value, *args, **kwargs):
    raise ValueError(f"boom {value!r} {args} {kwargs}")


def show(d):
    """All that can be seen of a Deferred; addresses left out."""
    state = dict(vars(d))
    for name in ("_callbacks", "callbacks"):
        if name in state:
            state[name] = [[str(side[0]) for side in pair] for pair in state[name]]
    text = f"{sorted(state.items(), key=lambda item: item[0])} {d}"
    return clean(text)


@section
def chains():
    d = Deferred()
    d.addCallback(lambda v, *a, **k: print("first", v, a, k), 1, two=2)
    d.addCallbacks(boom, print, callbackArgs=(3,), callbackKeywords={"four": 4}, errbackArgs=(5,))
    d.addBoth(lambda f, x: (print(f.getErrorMessage(), x), f)[1], "both")
    d.addErrback(lambda f: f.trap(ValueError) and "handled")
    print(show(d))
    d.callback("go")
    print(show(d))


@section
def tracebacks():
    def deep(value):
        boom(value)

    for start in ("callback", "add", "errback", "coroutine"):
        d = Deferred()
        seen = []
        if start == "callback":
            d.addCallback(deep).addErrback(seen.append)
            d.callback(1)
        elif start == "add":
            d.callback(1)
            d.addCallback(deep).addErrback(seen.append)
        elif start == "errback":
            try:
                deep(2)
            except ValueError:
                d.addErrback(lambda f, seen=seen: (seen.append(f), f.raiseException()))
                d.addErrback(seen.append)
                d.errback()
        else:

            async def coroutine(d=d):
                await d

            c = defer.ensureDeferred(coroutine())
            d.addCallback(deep)
            c.addErrback(seen.append)
            d.addCallback(deep)
            d.callback(3)
        for failure in seen:
            for detail in ("brief", "default"):
                print(failure.getTraceback(detail=detail))
            try:
                failure.raiseException()
            except ValueError:
                print(traceback.format_exc())
            for frames in (failure.frames, failure.stack or ()):
                print([frame[:3] for frame in frames])


@section
def maybe_deferred():
    class Sub(Deferred):
        pass

    def calls(first, *more, named="none"):
        frame = sys._getframe(1)
        print(frame.f_code.co_name, frame.f_lineno, sorted(frame.f_locals), more, named)
        return first

    async def coroutine(value):
        return await defer.succeed(value)

    def raises(problem):
        raise problem

    fired, failed = defer.succeed("inner"), defer.fail(ValueError("inner"))
    for value in (1, None, [2], fired, failed, Sub(), Failure(KeyError("given")), coroutine):
        d = defer.maybeDeferred(calls, value, 3, named=4)
        print(type(d), d is value, show(d))
        d.addErrback(lambda failure: print(failure.getTraceback()))
    print(show(defer.maybeDeferred(coroutine, "from a coroutine")))
    for problem in (ValueError("one"), KeyboardInterrupt("two"), Failure(ValueError("three"))):
        defer.maybeDeferred(raises, problem).addErrback(lambda f: print(f.getTraceback(), f.frames))
    defer.maybeDeferred(calls).addErrback(lambda failure: print(failure.getTraceback()))
    for call in (lambda: defer.maybeDeferred(), lambda: defer.maybeDeferred(f=calls, first=1)):
        try:
            print(show(call()))
        except TypeError as problem:
            print(problem)
    original = defer.succeed
    defer.succeed = lambda value: original(("patched", value))
    try:
        print(show(defer.maybeDeferred(calls, 5)))
    finally:
        defer.succeed = original
    print(inspect.signature(defer.maybeDeferred), defer.maybeDeferred.__name__)
    defer.setDebugging(True)
    try:
        d = defer.maybeDeferred(calls, 6)
        print("".join(d._debugInfo.creator[-4:]))
        defer.maybeDeferred(raises, ValueError("seven")).addErrback(
            lambda f: print([(frame[0], sorted(dict(frame[3]))) for frame in f.frames])
        )
    finally:
        defer.setDebugging(False)


@section
def chaining():
    inner, outer = Deferred(), Deferred()
    outer.addCallback(lambda v: inner)
    outer.addCallback(lambda v: print("outer got", v))
    outer.callback(None)
    print(show(outer), show(inner))
    inner.addCallback(lambda v: v * 2)
    inner.callback(21)
    print(show(outer), show(inner))
    fired = defer.succeed(1).addCallback(lambda v: defer.fail(KeyError("k")))
    fired.addErrback(lambda f: print(f.check(KeyError)))
    chain = [Deferred() for _ in range(2000)]
    for one, two in zip(chain, chain[1:]):
        two.callback(None)
        two.addCallback(lambda v, one=one: one)
    chain[-1].addCallback(lambda v: print("end of a long chain", v))
    chain[0].callback("deep")
    a, b = Deferred(), Deferred()
    a.chainDeferred(b)
    b.addBoth(lambda r: print("b got", r))
    a.errback(Failure(RuntimeError("through")))
    a.addErrback(lambda f: print("a left", f))


@section
def reentrancy():
    d = Deferred()

    def adds(value):
        d.addCallback(lambda v: print("added while running", v))
        print(d._runningCallbacks, show(d))
        return value

    d.addCallback(adds).addCallback(lambda v: print("next", v))
    d.callback(1)
    d.pause()
    d.addCallback(lambda v: print("after the pause"))
    d.pause()
    d.unpause()
    print(show(d))
    d.unpause()


@section
def errors_of_use():
    for misuse in (
        lambda: defer.succeed(1).callback(2),
        lambda: Deferred().addCallback(),
        lambda: Deferred().addCallbacks(),
        lambda: Deferred().addCallbacks(print, nonsense=1),
        lambda: Deferred(1, 2),
        lambda: Deferred().callback(),
        lambda: Deferred().errback(),
        lambda: Deferred().addErrback(1, 2)._runCallbacks(1),
    ):
        try:
            misuse()
            print("no error")
        except Exception as problem:
            print(type(problem), problem)
            print("".join(traceback.format_tb(problem.__traceback__)[1:]))
    d = Deferred()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        d.addCallback(lambda v: d)
        d.callback(None)
        itself = Deferred()
        itself.addErrback(print)
        itself.callback(itself)
    print([re.sub("0x[0-9a-f]+", "0x", str(w.message)) for w in caught])
    odd = Deferred()
    listed = vars(odd).get("_callbacks", vars(odd).get("callbacks"))
    listed.append((print, print))
    try:
        odd.callback(1)
    except TypeError as problem:
        print(problem)


@section
def cancelling():
    for canceller in (None, lambda d: None, lambda d: d.callback("early"), lambda d: boom(1)):
        d = Deferred(canceller)
        d.addBoth(lambda r: print("result", r))
        for _ in range(2):
            try:
                d.cancel()
            except ValueError as problem:
                print(problem, "".join(traceback.format_tb(problem.__traceback__)))
        try:
            d.callback("late")
            d.callback("later")
        except defer.AlreadyCalledError:
            print("already called")
        print(show(d))
    members = [Deferred(), Deferred()]
    both = DeferredList(members, consumeErrors=True)
    both.cancel()
    both.addBoth(print)

    @defer.inlineCallbacks
    def waits():
        try:
            yield Deferred()
        finally:
            print("cleaned up")

    w = waits()
    w.addErrback(lambda f: print("cancelled", f.type))
    w.cancel()
    clock = task.Clock()
    Deferred().addTimeout(5, clock).addErrback(lambda f: print("timed out", f.type))
    clock.advance(6)


@section
def coroutines():
    kept = []

    async def inner(n):
        kept.append(Deferred())
        return await kept[-1] + n

    async def outer():
        try:
            await inner(1)
        except ZeroDivisionError as problem:
            print("caught", problem)
        return await defer.succeed(1) + await inner(2)

    d = defer.ensureDeferred(outer())
    kept.pop().errback(ZeroDivisionError("zero"))
    kept.pop().callback(10)
    d.addCallback(lambda v: print("total", v))

    async def fails():
        await kept[0]

    kept[:] = [Deferred()]
    looked_at = defer.ensureDeferred(fails())
    print(list(vars(looked_at)))  # from now on it keeps its attributes in a dictionary
    kept.pop().errback(Failure(ZeroDivisionError("looked at")))
    looked_at.addErrback(lambda f: print("failed", f.value))

    @defer.inlineCallbacks
    def generator():
        got = yield 5
        got += yield defer.succeed(1)
        got += yield defer.gatherResults([defer.succeed(2), defer.succeed(3)]).addCallback(sum)
        return got

    generator().addCallback(lambda v: print("generator", v))
    defer.maybeDeferred(boom, "maybe").addErrback(lambda f: print(f.value))
    defer.maybeDeferred(lambda: 3).addCallback(print)


@section
def locks():
    lock = defer.DeferredLock()
    order = []
    lock.run(lambda: order.append("one"))
    first = lock.acquire()
    second = lock.acquire().addCallback(lambda held: order.append("two"))
    print(lock.locked, first.called, second.called)
    lock.release()
    print(order)
    queue = defer.DeferredQueue(size=1)
    queue.get().addCallback(print)
    queue.put("queued")


@section
def subclasses():
    class Loud(Deferred):
        def addCallbacks(self, *args, **kwargs):
            print("addCallbacks of the subclass")
            return super().addCallbacks(*args, **kwargs)

        def _runCallbacks(self):
            print("_runCallbacks of the subclass")
            super()._runCallbacks()

        def pause(self):
            print("pause of the subclass")
            super().pause()

    d = Loud()
    d.addCallback(lambda v: Deferred())
    d.addErrback(print)
    d.addBoth(print)
    d.callback(1)

    class Slotted(Deferred):
        __slots__ = ("extra",)

    class Setting(Deferred):
        def __setattr__(self, key, value):
            print("set", key)
            super().__setattr__(key, value)

    t = Setting()
    t.addCallback(lambda v: Deferred()).addCallback(print)
    t.callback(1)
    object.__setattr__(t, "by_hand", 1)
    del t.by_hand

    class Property(Deferred):
        @property
        def called(self):
            print("called?")
            return self.__dict__.get("_called", False)

        @called.setter
        def called(self, value):
            self.__dict__["_called"] = value

    p = Property()
    p.addCallback(print)
    del p  # nobody asks it in the end

    s = Slotted()
    s.extra = 1
    s.callback(s.extra)
    print(show(s), vars(s).keys())


@section
def never_initialised():
    class NoInit(Deferred):
        def __init__(self):
            pass

    def without_list():
        d = Deferred()
        d.addCallback(print)
        del d.__dict__["_callbacks" if "_callbacks" in vars(d) else "callbacks"]
        return d

    async def awaits(d):
        return await d

    @defer.inlineCallbacks
    def yields(d):
        yield d

    failure = Failure(ValueError("given"))
    uses = {
        "callback": lambda d: d.callback(1),
        "errback": lambda d: d.errback(failure),
        "errback of an exception": lambda d: d.errback(ValueError("made")),
        "_startRunCallbacks": lambda d: d._startRunCallbacks(2),
        "_runCallbacks": lambda d: d._runCallbacks(),
        "addCallback": lambda d: d.addCallback(print, 3),
        "addErrback": lambda d: d.addErrback(print, four=4),
        "addBoth": lambda d: d.addBoth(print),
        "addCallbacks": lambda d: d.addCallbacks(print, print, (5,)),
        "cancel": lambda d: d.cancel(),
        "unpause": lambda d: (d.pause(), setattr(d, "called", True), d.unpause()),
        "chainDeferred from": lambda d: d.chainDeferred(Deferred()),
        "chainDeferred to": lambda d: defer.succeed(6).chainDeferred(d).addErrback(tell),
        "chainDeferred to, with a Failure": lambda d: (
            defer.fail(ValueError("seven")).chainDeferred(d).addErrback(tell)
        ),
        "await": lambda d: defer.ensureDeferred(awaits(d)).addErrback(tell),
        "yield": lambda d: yields(d).addErrback(tell),
    }

    def tell(failure):
        print(repr(failure), failure.frames, failure.getTraceback())

    def tries(make, name, debugging):
        print(make.__name__, name)
        d = make()
        d.debug = debugging
        for _ in range(2):
            try:
                uses[name](d)
            except Exception:
                print(traceback.format_exc())
            print(sorted(vars(d)), getattr(d, "result", "none"))

    for name in uses:
        tries(NoInit, name, debugging=False)
        tries(without_list, name, debugging=False)
        if "chain" not in name:  # debug mode shows the loop that calls, which is not there
            tries(NoInit, name, debugging=True)


@section
def looks():
    for name in ("__init__", "addCallback", "addCallbacks", "callback", "cancel", "_runCallbacks"):
        function = getattr(Deferred, name)
        shown = f"{function!r} {inspect.signature(function)} {function.__doc__}"
        print(re.sub("0x[0-9a-f]+", "0x", shown))
        print(function.__qualname__, function.__module__, inspect.isfunction(function))
    d = Deferred()
    bound = d.callback
    print(re.sub("0x[0-9a-f]+", "0x", repr(bound)), bound.__self__ is d, inspect.ismethod(bound))
    print(bound == d.callback, hash(bound) == hash(d.callback), bound.__func__ == Deferred.callback)
    print(inspect.signature(defer.succeed), defer.succeed.__qualname__)
    print(inspect.getsource(Deferred.callback)[:40])
    print(pickle.loads(pickle.dumps(defer.succeed([1]))).result)
    function = Deferred.addCallback
    print(pickle.loads(pickle.dumps(function)) is function, copy.deepcopy(function) is function)


@section
def debug_mode():
    defer.setDebugging(True)
    try:
        d = Deferred()
        d.addCallback(boom)
        d.callback(1)
        info = d._debugInfo
        print("".join(info.creator), "".join(info.invoker))
        failure = d.result
        print(failure.frames[0][:3], sorted(name for name, value in failure.frames[1][3]))
        d.addErrback(lambda f: None)
        try:
            d.callback(2)
        except defer.AlreadyCalledError as problem:
            print(problem)

        d = Deferred()
        d._startRunCallbacks(3)
        print("".join(d._debugInfo.invoker))

        class Dies:
            def __del__(self):
                print("died")

        d = Deferred()
        d.addCallbacks(int, callbackKeywords={"nonsense": Dies()})  # its Failure has no frame of it
        d.addErrback(lambda failure: print("after it died"))
        d.callback("3")
    finally:
        defer.setDebugging(False)


@section
def unhandled():
    defer.fail(ValueError("nobody"))
    held = Deferred()
    held.cycle = held
    held.errback(KeyError("in a cycle"))
    del held
    gc.collect()


if __name__ == "__main__":
    run_sections(clean)
