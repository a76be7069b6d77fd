# SPDX-License-Identifier: MIT
"""Drives coroutines and inlineCallbacks in every way there is and prints all that can be seen.

usage: coroutine_program.py off|native|wrap RECORDING
"""

from __future__ import annotations

import contextlib
import contextvars
import re
import traceback
import warnings
import weakref

from sections import run_sections, section
from twisted.internet import defer
from twisted.internet.defer import Deferred, ensureDeferred, inlineCallbacks

VARIABLE = contextvars.ContextVar("VARIABLE", default="unset")


def text(thing):
    """Addresses left out."""
    return re.sub("0x[0-9a-f]+", "0x", str(thing))


def show(failure):
    print(failure.getTraceback())
    print(failure.getTraceback(detail="brief"))
    print(traceback.extract_tb(failure.getTracebackObject()))


@inlineCallbacks
def generator(first, fails=False):
    total = yield first
    total += yield defer.succeed(2)
    total += yield 3
    try:
        yield defer.fail(ValueError("thrown in"))
    except ValueError as problem:
        print("".join(traceback.format_exception(type(problem), problem, problem.__traceback__)))
    if fails:
        raise KeyError(total)
    return total


async def coroutine(first, fails=False):
    VARIABLE.set("in the coroutine")
    total = await generator(first)
    total += await defer.succeed(4)
    try:
        await defer.fail(ValueError("awaited"))
    except ValueError as problem:
        print("".join(traceback.format_exception(type(problem), problem, problem.__traceback__)))
    if fails:
        raise KeyError(total)
    return total, VARIABLE.get()


@section
def results():
    for fails in (False, True):
        for make in (generator, lambda d, f: ensureDeferred(coroutine(d, f))):
            first = Deferred()
            made = make(first, fails)
            made.addCallbacks(print, show)
            print(len(vars(first)), text(first), text(made))
            first.callback(10)
            print(vars(first)["called"], first.result, VARIABLE.get())


@section
def failures():
    for make in (generator, lambda d: ensureDeferred(coroutine(d))):
        first = Deferred()
        make(first).addErrback(show)
        first.errback(ZeroDivisionError("given"))
        make(defer.fail(ZeroDivisionError("at once"))).addErrback(show)


@section
def no_generator():
    @inlineCallbacks
    def plain():
        return 1

    try:
        plain()
    except TypeError:
        print(text(traceback.format_exc()))
    try:
        ensureDeferred(3)
    except TypeError as problem:
        print(repr(problem))


@section
def fired_by_somebody_else():
    for fails in (False, True):
        first = Deferred()
        made = generator(first, fails)
        made.callback("by hand")
        made.addCallback(print)
        first.addErrback(show)
        first.callback(1)
        first.addErrback(show)
    made = Deferred()

    @inlineCallbacks
    def ends_at_once():
        made[0].callback(1)
        yield 1

    made = []

    @inlineCallbacks
    def fires_itself(first):
        yield first
        made[0].callback("from within")
        return 1

    first = Deferred()
    made.append(fires_itself(first))
    made[0].addBoth(print)
    first.callback(None)
    first.addErrback(show)


@section
def cancelling():
    for make in (generator, lambda d: ensureDeferred(coroutine(d))):
        for canceller in (None, lambda d: d.callback(5), lambda d: d.errback(KeyError("mine"))):
            first = Deferred(canceller)
            made = make(first)
            name = vars(made)["_canceller"].__qualname__
            made.addCallbacks(print, show)
            made.cancel()
            print(name, text(first), text(made))

    @inlineCallbacks
    def stubborn():
        for _ in range(3):
            try:
                yield Deferred()
            except defer.CancelledError:
                print("goes on")
        return "done"

    made = stubborn()
    made.addBoth(print)
    for _ in range(3):
        made.cancel()


@section
def return_value():
    def elsewhere():
        defer.returnValue("by another function")

    @inlineCallbacks
    def direct(first):
        yield first
        defer.returnValue("by itself")

    @inlineCallbacks
    def indirect(first):
        with contextlib.suppress(ZeroDivisionError):
            yield first
        elsewhere()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for make in (direct, indirect):
            make(defer.succeed(1)).addCallback(print)
        indirect(defer.fail(ZeroDivisionError())).addCallback(print)
    for each in caught:
        print(each.category, each.message, each.lineno, each.filename)

    @inlineCallbacks
    def by_hand():
        yield 1
        raise defer._DefGen_Return("raised directly")

    try:
        by_hand().addBoth(print)
    except BaseException:
        print(traceback.format_exc())


@section
def base_exceptions():
    @inlineCallbacks
    def leaves(kind):
        yield 1
        raise kind("now")

    for kind in (SystemExit, KeyboardInterrupt, GeneratorExit, StopAsyncIteration):
        leaves(kind).addErrback(show)

    @inlineCallbacks
    def stops():
        yield 1
        raise StopIteration("leaks")

    stops().addErrback(show)


@section
def odd_generators():
    class Coroutine:
        """Not a generator, but one in all its ways."""

        def __init__(self):
            self.sent = []

        def send(self, value):
            self.sent.append(value)
            if len(self.sent) == 3:
                raise StopIteration(self.sent)
            return value

        def throw(self, *arguments):
            raise KeyError("thrown")

        def close(self):
            pass

    made = defer._cancellableInlineCallbacks(Coroutine())
    made.addBoth(print)

    def suspended():
        got = yield 1
        print("got", got)

    running = suspended()
    next(running)
    defer._cancellableInlineCallbacks(running).addBoth(print)
    defer._cancellableInlineCallbacks(running).addBoth(print)
    try:
        defer._inlineCallbacks(None)
    except TypeError as problem:
        print(problem)


@section
def yielded_coroutines():
    async def inner(value):
        return value

    def generates():
        yield
        return 5

    @inlineCallbacks
    def outer():
        first = yield inner(1)
        second = yield generates()
        return first, second

    made = outer()
    made.addCallback(lambda result: print(type(result[0]).__name__, type(result[1]).__name__))


@section
def contexts():
    async def sets(first, value):
        VARIABLE.set(value)
        await first
        return VARIABLE.get()

    first = Deferred()
    made = [ensureDeferred(sets(first, value)) for value in ("one", "two")]
    VARIABLE.set("outside")
    first.callback(None)
    for each in made:
        each.addCallback(print)
    print(VARIABLE.get())


@section
def subclassed():
    class Adds(Deferred):
        def addCallbacks(self, *arguments, **keywords):  # which addBoth calls up to 24.3
            print("addCallbacks of another class", len(arguments), sorted(keywords))
            return super().addCallbacks(*arguments, **keywords)

    class Other(Deferred):
        def addBoth(self, *arguments, **keywords):
            print("addBoth of another class", len(arguments), keywords)
            return super().addBoth(*arguments, **keywords)

        def callback(self, result):
            print("callback of another class")
            return super().callback(result)

    first = Other()
    generator(first).addBoth(print)
    first.callback(7)
    generator(Other().addCallback(str)).addBoth(print)
    second = Adds()
    generator(second).addBoth(print)
    second.callback(8)


@section
def begun_while_an_error_is_handled():
    failed = defer.fail(ValueError("inner"))

    @inlineCallbacks
    def nests(depth):
        yield nests(depth - 1) if depth else failed

    try:
        raise KeyError("outer")
    except KeyError:
        made = nests(2)
    print(repr(made.result.value.__context__))
    made.addErrback(lambda failure: None)


@section
def many_at_once():
    @inlineCallbacks
    def loops():
        total = 0
        for _ in range(3000):
            total += yield defer.succeed(1)
        return total

    async def nests(depth):
        return await nests(depth - 1) + 1 if depth else await defer.succeed(0)

    loops().addCallback(print)
    ensureDeferred(nests(100)).addCallback(print)


@section
def looked_at():
    """vars() gives an instance a dictionary, where its attributes are from then on."""
    for fails in (False, True):
        first = Deferred()
        made = defer.maybeDeferred(coroutine, first, fails)
        print(sorted(vars(made)), sorted(vars(first)))
        if fails:
            first.errback(ValueError("looked at"))
        else:
            first.callback(1)
        print(sorted(vars(made)), sorted(vars(first)))
        made.addCallbacks(print, show)


@section
def results_by_hand():
    """Each StopIteration is one of its own, whatever became of those before."""

    def stop_of(value):
        try:
            next(defer.succeed(value).__await__())
        except StopIteration as stop:
            return stop

    kept = []
    for value in (1, "two", (3, 4), None, KeyError("five"), [6], Failed):
        stop = stop_of(value)
        print(type(stop), stop.args, repr(stop.value), repr(stop.__context__))
        print(stop.__suppress_context__, len(traceback.extract_tb(stop.__traceback__)), vars(stop))
        stop.note = len(kept)
        kept.append(stop)
    print([(repr(each.value), each.args, each.note) for each in kept])
    try:
        raise Failed("handled")
    except Failed:
        print(repr(stop_of(7).__context__))
    print(repr(stop_of(8).__context__))
    for _ in range(3):  # none is kept
        vars(stop_of(9))["seen"] = True
        print(vars(stop_of(10)), stop_of(11).args)

    async def awaits(count):
        for number in range(count):
            result = Failed(number)
            gone = weakref.ref(result, lambda _, number=number: print("gone", number))
            result = await defer.succeed(result)
            print(result, gone() is result)
            if number % 2:
                await ensureDeferred(awaits(1))
                await defer.succeed([gone])
            result = None
            print(gone() is None)
            gone = None

    ensureDeferred(awaits(4))
    iterator = defer.succeed(12).__await__()
    print(list(iterator), list(iterator), [*defer.succeed(13)])


class Failed(Exception):
    pass


@section
def await_replaced():
    """By a class made before or after, by a class of its own, by whoever puts another one there."""

    class Early(Deferred):
        pass

    class Own(Deferred):
        def __await__(self):
            print("own")
            return super().__await__()

    class Same(Deferred):
        __await__ = Deferred.__await__

    async def awaits(made):
        made.callback(type(made).__name__)
        print(await made)

    original = Deferred.__await__
    for make in (Early, Own, Same, Deferred):
        ensureDeferred(awaits(make()))
    Deferred.__await__ = lambda self: print("replaced") or original(self)
    try:
        for make in (Early, Own, Same, Deferred):
            ensureDeferred(awaits(make()))
    finally:
        Deferred.__await__ = original
    for make in (Early, Own, Same, Deferred):
        ensureDeferred(awaits(make()))


@section
def debug_mode():
    defer.setDebugging(True)
    try:
        first = Deferred()
        made = generator(first, True)
        made.addErrback(
            lambda failure: print(
                [(frame[0], sorted(name for name, _ in frame[3])) for frame in failure.frames]
            )
        )
        first.callback(1)
    finally:
        defer.setDebugging(False)


@section
def looks():
    for name in ("_inlineCallbacks", "_gotResultInlineCallbacks", "_cancellableInlineCallbacks"):
        function = getattr(defer, name, None)
        print(getattr(function, "__qualname__", None), getattr(function, "__module__", None))
    first = Deferred()
    generator(first)
    (pair,) = vars(first).get("_callbacks") or vars(first)["callbacks"]
    print(text(pair[0][0]), len(pair[0][1]), pair[0] == pair[1])
    first.callback(1)


@section
def what_an_iterator_holds_when_it_has_ended():
    for end in (lambda each: each.throw(ValueError("thrown")), lambda each: each.close(), next):
        d = Deferred()
        d.callback("early")
        there = weakref.ref(d)
        waiting = d.__await__()
        del d
        print(there() is not None)
        try:
            end(waiting)
        except (ValueError, StopIteration) as problem:
            print(text(problem))
        print(there() is None)


if __name__ == "__main__":
    run_sections(text)
