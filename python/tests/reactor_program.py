# SPDX-License-Identifier: MIT
"""Uses delayed calls in every way there is and prints all that can be seen of them.

usage: reactor_program.py off|native|wrap RECORDING
"""

from __future__ import annotations

import copy
import inspect
import random
import re
import traceback

from sections import run_sections, section
from twisted.internet import reactor, task
from twisted.internet.base import DelayedCall, ReactorBase


def clean(text):
    return re.sub(r"0x[0-9a-f]+|-?\d+\.\d{3,}(e-\d+)?|-?\d+e-\d+", "N", str(text))


def show(call):
    """All that can be seen of a call; addresses and times left out."""
    state = {
        name: value.__name__ if callable(value) else value for name, value in vars(call).items()
    }
    state.pop("time")
    return clean(f"{list(state.items())} {call}")


def attempt(function, *arguments):
    try:
        print("gives", clean(function(*arguments)))
    except Exception as problem:
        print(type(problem).__name__, clean(problem), getattr(problem, "name", None))
        print([entry.name for entry in traceback.extract_tb(problem.__traceback__)])


def turn(turns=1):
    for _ in range(turns):
        reactor.iterate(0)


@section
def called_in_order():
    seen = []
    calls = [reactor.callLater(delay, seen.append, delay) for delay in (0.002, 0, 0.001, 0, 0.0)]
    print(show(calls[0]))
    while len(seen) < 5:
        turn()
    print(sorted(seen) == seen, seen)
    print(show(calls[0]), calls[0].active(), calls[0].called)


@section
def seen_from_within():
    def look(word, *, more):
        print(word, more, call.called, call.active(), show(call))
        print([frame.function for frame in inspect.stack()][:1])
        attempt(call.cancel)
        attempt(call.reset, 1)
        attempt(call.delay, 1)

    call = reactor.callLater(0, look, "word", more=2)
    turn()


@section
def moved_and_cancelled():
    call = reactor.callLater(60, print, "never")
    call.delay(5)
    print(show(call), call.getTime() > reactor.seconds() + 60)
    call.reset(0)
    print(show(call))
    call.cancel()
    print(show(call), call.active())
    for function in (call.cancel, call.active, call.getTime):
        attempt(function)
    attempt(call.reset, 1)
    attempt(call.delay, 1)
    early = reactor.callLater(60, print, "put off, then called")
    early.delay(-60)
    turn(2)
    late = reactor.callLater(0, print, "later")
    late.delay(0.002)
    turn()
    print("not yet", show(late))
    while late.active():
        turn()


@section
def raising():
    def fails(number):
        raise ValueError(f"call {number}")

    reactor.callLater(0, fails, 1)
    reactor.callLater(0, print, "after one that fails")
    turn()
    attempt(reactor.callLater, -1, print)
    attempt(reactor.callLater, "soon", print)
    attempt(reactor.callLater, 0)
    attempt(reactor.callLater)


@section
def odd_arguments():
    calls = [
        reactor.callLater(0, print, "one", "two", sep="-"),
        reactor.callLater(delay=0, callable=lambda: print("by name")),
        reactor.callLater(True, print, "a second"),
        reactor.callLater(1 << 60, print),
        reactor.callLater(float("inf"), print),
    ]
    attempt(lambda: reactor.callLater(0, print, delay=1))
    attempt(lambda: reactor.callLater(0, print, self=1))
    attempt(reactor.callLater, float("nan"), print)
    attempt(reactor.callLater, None, print)
    attempt(ReactorBase.callLater, object(), 0, print)
    attempt(calls[0].cancel, 1)
    attempt(calls[0].reset)
    attempt(calls[0].reset, None)
    attempt(DelayedCall.reset, 3, 4)
    attempt(DelayedCall.cancel, None)
    for call in calls:
        print(type(call.time), type(call.seconds()), show(call)[:60])
    for call in calls[2:]:
        call.reset(float("inf"))
        print(call.delayed_time > 1e9)
        call.reset(seconds := 10**6)
        print(call.getTime() <= reactor.seconds() + seconds)
        call.cancel()
    turn()

    def deep(depth):
        try:
            return deep(depth + 1)
        except RecursionError:
            return reactor.callLater(0, print, "from the deep")

    deep(0)
    turn()


@section
def when_things_go():
    class Goes:
        def __init__(self, name):
            self.name = name

        def __call__(self, *args, **kwargs):
            print("called", self.name)

        def __del__(self):
            print("gone", self.name)

    call = reactor.callLater(60, Goes("func"), Goes("argument"), word=Goes("keyword"))
    call.cancel()
    print(sorted(vars(call)))
    call = reactor.callLater(0, Goes("func"), Goes("argument"), word=Goes("keyword"))
    turn()
    del call
    print("end")

    counted = []
    reactor._cancelCallLater = lambda call: counted.append(call.cancelled)
    try:
        reactor.callLater(60, print).cancel()
    finally:
        del reactor._cancelCallLater
    print(counted, reactor._cancellations > 0)
    before = reactor._cancellations
    reactor.callLater(60, print).cancel()
    print(reactor._cancellations - before)


@section
def nested():
    def inner():
        print("inner")

    def outer():
        print("outer begins")
        reactor.callLater(0, inner)
        turn(2)
        print("outer ends")

    reactor.callLater(0, outer)
    turn()


def heap():
    """The calls in the heap's order, by what they are called with, and what else is counted."""
    return (
        [(call.args[0] if call.active() else "gone") for call in reactor._pendingTimedCalls],
        len(reactor._newTimedCalls),
        reactor._cancellations,
    )


def settle():
    """No call is left, so that the next section has the reactor to itself."""
    for call in [*reactor._newTimedCalls, *reactor._pendingTimedCalls]:
        if call.active():
            call.cancel()
    del reactor._newTimedCalls[:], reactor._pendingTimedCalls[:]
    reactor._cancellations = 0


@section
def put_in_order():
    settle()
    chance = random.Random(7)
    kept = []
    for number in range(400):
        call = reactor.callLater(chance.choice((60, 70, 80, 90.5, 100)) + number, print, number)
        kept.append(call)
        other = chance.choice(kept)
        if other.active():
            act = chance.randrange(6)
            if act == 0:
                other.cancel()
            elif act == 1:
                other.reset(chance.randrange(500))
            elif act == 2:
                other.delay(chance.randrange(50))
        if number % 7 == 0:
            turn()
            print(heap())
    turn()
    print(heap())
    settle()


@section
def odd_turns():
    settle()
    first = reactor.callLater(50, print, "first")
    turn()
    # An heir's method, another clock, another comparison, something else in the heap.
    reactor._insertNewDelayedCalls = lambda: print("inserts", len(reactor._newTimedCalls))
    reactor.callLater(40, print, "second")
    turn()
    del reactor._insertNewDelayedCalls
    turn()
    print(heap())
    reactor.seconds = lambda: print("what time is it?") or 0.0
    turn()
    del reactor.seconds
    less_than = DelayedCall.__lt__
    DelayedCall.__lt__ = lambda self, other: print("compares") or less_than(self, other)
    reactor.callLater(30, print, "third")
    turn()
    DelayedCall.__lt__ = less_than
    activate = DelayedCall.activate_delay
    DelayedCall.activate_delay = lambda self: print("activates") or activate(self)
    reactor.callLater(20, print, "fourth").delay(3)
    turn()
    DelayedCall.activate_delay = activate
    print(heap())
    first.time = str(first.time)
    reactor.callLater(60, print, "fifth")
    reactor.callLater(70, print, "sixth")
    attempt(turn)
    print(len(reactor._newTimedCalls), len(reactor._pendingTimedCalls))
    settle()
    reactor.callFromThread(print, "from a thread")
    reactor._newTimedCalls.append(reactor.callLater(0.001, print, "twice in the list"))
    turn()
    attempt(ReactorBase.runUntilCurrent)
    attempt(ReactorBase.runUntilCurrent, None)
    attempt(reactor.runUntilCurrent, 1)
    settle()


@section
def just_stopped():
    settle()
    seen = []
    event = reactor.addSystemEventTrigger("before", "shutdown", seen.append, "shutdown")
    reactor._justStopped = True
    turn()
    print(seen, reactor._justStopped)
    attempt(reactor.removeSystemEventTrigger, event)


@section
def compared():
    clock = task.Clock()
    calls = [clock.callLater(delay, print, delay) for delay in (2, 1, 1)]
    print([[one < other for one in calls] for other in calls])
    print([[one <= other for one in calls] for other in calls])
    print(sorted(calls, key=lambda call: call.getTime())[0] is calls[1])
    print(calls[0] == calls[0], calls[0] == calls[1], len(set(calls)))
    attempt(lambda: calls[0] < 3)
    attempt(lambda: calls[0] > calls[1])
    attempt(lambda: calls[0].__lt__(calls[1]))
    clock.pump([1, 1])
    print([call.called for call in calls])


@section
def attributes():
    call = reactor.callLater(60, print)
    print(call.called, call.called, vars(call)["called"], call.__dict__["called"])
    object.__setattr__(call, "called", 0)
    call.called = 3
    print(call.called, call.active())
    call.called = []
    print(call.called, call.active())
    del call.called
    print("called" in vars(call), hasattr(call, "called"))
    attempt(lambda: call.called)
    call.called = 0
    print(list(vars(call))[-1], call.active())
    call.extra = 1
    other = copy.copy(call)
    print(vars(other) == vars(call), other.called)
    other.__dict__["called"] = 5
    print(other.called, call.called)
    call.__dict__ = dict(vars(call), called=7)
    print(call.called)
    call.called = 0
    print(vars(call)["called"])
    call.cancel()
    attempt(lambda: DelayedCall.called)
    print(hasattr(DelayedCall, "called"), DelayedCall.debug)


@section
def subclasses():
    class Loud(DelayedCall):
        def __setattr__(self, name, value):
            print("set", name)
            super().__setattr__(name, value)

    class Counted(DelayedCall):
        @property
        def called(self):
            print("called?")
            return self.__dict__["called"]

        @called.setter
        def called(self, value):
            print("called!", value)
            self.__dict__["called"] = value

    class WithDefault(DelayedCall):
        called = "of the class"

    for kind in (Loud, Counted, WithDefault):
        call = kind(1, print, (), {}, lambda call: None, lambda call: None)
        print(call.active(), call.called)
        call.called = 1
        print(call.active(), call.called)
    print(WithDefault.called)


@section
def functions():
    for function in (
        *(ReactorBase.callLater, ReactorBase.runUntilCurrent, DelayedCall.__init__),
        *(DelayedCall.cancel, DelayedCall.reset, DelayedCall.delay, DelayedCall.__lt__),
    ):
        print(clean(repr(function)), inspect.signature(function), inspect.isfunction(function))
        print(function.__name__, function.__qualname__, function.__module__)
    print(clean(reactor.callLater), reactor.callLater == reactor.callLater)


@section
def debugging():
    call = DelayedCall(1, print, (), {}, lambda call: None, lambda call: None)
    call.debug = True
    print(getattr(call, "creator", None), show(call))
    DelayedCall.debug = True
    try:
        made = reactor.callLater(60, print)
        print([line.split(", in ")[1].split("\n")[0] for line in made.creator])
        made.cancel()
        print(show(made))
        reactor.callLater(0, lambda: 1 // 0)
        turn()
    finally:
        del DelayedCall.debug
        DelayedCall.debug = False


if __name__ == "__main__":
    run_sections(clean)
