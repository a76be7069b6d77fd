# SPDX-License-Identifier: MIT
"""What a program of the differential test plays with, and how it is run.

A program is Python source that uses the names of `make_globals()`: a list `d` for its Deferreds,
callbacks that `out()` limits and notes, a clock, locks, subclasses. `play()` runs one and returns
the number of operations it did; the trace is in trace.LINES.

    python stage.py PROGRAM.py [plain|native|wrap] [--stack N] [--vars] [--tracebacks]

prints the trace of one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import contextvars
import copy
import functools
import gc
import inspect
import linecache
import os
import pickle
import sys
import tempfile
import types
import warnings
import weakref
from typing import Any, ClassVar

import seen
from twisted.internet import defer, task
from twisted.internet.defer import Deferred, DeferredList
from twisted.python.failure import Failure

PROGRAM = "<program>"


class E(Exception):
    """What programs raise."""


class Other(E):
    pass


class Interrupt(KeyboardInterrupt):
    pass


class Token:
    """A value whose death is seen."""

    def __init__(self, label: Any) -> None:
        self.label = label

    def trace_text(self) -> str:
        return f"token {self.label}"

    def __del__(self) -> None:
        if not seen.Options.immortal:
            seen.LINES.append(f"token {self.label} died")


class Odd:
    """A value that objects to being looked at."""

    def __eq__(self, other: object) -> bool:
        raise E("eq")

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise E("bool")


class FailureSub(Failure):
    pass


class Caller:
    """A callable object."""

    def __init__(self, function: Any) -> None:
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def method(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


class OwnList(list):  # type: ignore[type-arg]
    """Somebody's own list of callbacks."""

    def pop(self, *args: Any) -> Any:
        seen.note("OwnList.pop", *args)
        return super().pop(*args)

    def append(self, item: Any) -> None:
        seen.note("OwnList.append")
        super().append(item)


# ---- Subclasses of Deferred --------------------------------------------------------------------


class Sub(Deferred):  # type: ignore[type-arg]
    pass


class SubSub(Sub):
    pass


class Slotted(Deferred):  # type: ignore[type-arg]
    __slots__ = ("extra",)


class Fields(Deferred):  # type: ignore[type-arg]
    called = False
    result = "class attribute"
    more = 1


class OwnInit(Deferred):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.mine = args
        super().__init__(**kwargs)


class LateInit(Deferred):  # type: ignore[type-arg]
    def __init__(self, canceller: Any = None) -> None:
        self.called = False
        Deferred.__init__(self, canceller)
        self.addBoth(through)


class NoInit(Deferred):  # type: ignore[type-arg]
    def __init__(self) -> None:
        pass


class Dying(Deferred):  # type: ignore[type-arg]
    def __del__(self) -> None:
        seen.note("Dying", "result" in vars(self))


class Rising(Deferred):  # type: ignore[type-arg]
    kept: ClassVar[list[Any]] = []

    def __del__(self) -> None:
        if len(self.kept) < 3:
            self.kept.append(self)
        seen.note("Rising")


class Falsy(Deferred):  # type: ignore[type-arg]
    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Falsy)

    def __hash__(self) -> int:
        return 1


class Setting(Deferred):  # type: ignore[type-arg]
    """Notes every attribute that is set, in order."""

    def __setattr__(self, key: str, value: Any) -> None:
        seen.LINES.append(f"set {key}={seen.text(value)}")
        super().__setattr__(key, value)


class Getting(Deferred):  # type: ignore[type-arg]
    """Notes every attribute that is read, in order."""

    def __getattribute__(self, key: str) -> Any:
        if seen.Options.reads and key not in ("__class__", "__dict__"):
            seen.LINES.append(f"get {key}")
        return super().__getattribute__(key)


class PausedProperty(Deferred):  # type: ignore[type-arg]
    @property
    def paused(self) -> int:  # type: ignore[override]
        return vars(self).get("_p", 0)

    @paused.setter
    def paused(self, value: int) -> None:
        seen.note("paused", value)
        vars(self)["_p"] = value


def _overriding(*names: str) -> type:
    """A subclass whose methods note that they were called, then do as Deferred's."""
    body: dict[str, Any] = {}
    for name in names:

        def method(self: Any, *args: Any, __name: str = name, **kwargs: Any) -> Any:
            seen.LINES.append(f"overridden {__name}")
            return getattr(Deferred, __name)(self, *args, **kwargs)

        body[name] = method
    return type("Over_" + "_".join(names), (Deferred,), body)


OVERRIDING = {
    "OverAdd": _overriding("addCallbacks"),
    "OverAddOne": _overriding("addCallback", "addErrback", "addBoth"),
    "OverFire": _overriding("callback", "errback"),
    "OverStart": _overriding("_startRunCallbacks"),
    "OverRun": _overriding("_runCallbacks"),
    "OverPause": _overriding("pause", "unpause"),
    "OverCancel": _overriding("cancel"),
    "OverChain": _overriding("chainDeferred", "_continuation"),
}

SUBCLASSES = {
    each.__name__: each
    for each in (
        *(Sub, SubSub, Slotted, Fields, OwnInit, LateInit, NoInit, Dying, Rising, Falsy, Setting),
        *(Getting, PausedProperty),
    )
}


class ListSub(DeferredList):
    pass


# ---- Playing -------------------------------------------------------------------------------------


def through(result: Any) -> Any:
    return result


class Stage:
    """The world of one program."""

    kept: ClassVar[list[Any]] = []

    def __init__(self, recording: Any) -> None:
        self.recording = recording
        self.operations = 0
        self.calls = self.own_failures = 0
        self.per_function: dict[Any, int] = {}
        self.kept.clear()

    def gone(self, _: Any) -> None:
        """The end of a weak reference, unless it comes in the end of all."""
        if not seen.Options.immortal:
            seen.LINES.append("gone")

    def keep(self) -> None:
        """Keep all that was made lately until the program's end.

        Failures of plain Twisted sit in cycles: traceback, frame of the loop and of its callers,
        Deferred. A native loop has no frame of its own, so some of it dies at once, not when the
        garbage is collected. With everything kept, the rest of the behaviour can be compared.
        """
        if seen.Options.immortal:
            self.kept.append(gc.get_objects(generation=0))

    def collect(self) -> None:
        """gc.collect(), when something may die."""
        if not seen.Options.immortal:
            gc.collect()

    def at(self, number: int) -> None:
        """Operation `number` begins."""
        self.operations += 1
        seen.LINES.append(f"@{number}")
        self.keep()

    def step(self, number: int) -> None:
        """As at(), of what is no operation on a Deferred and is not counted."""
        seen.LINES.append(f"@{number}")
        self.keep()

    def out(self, number: Any, *seen_arguments: Any) -> bool:
        """A callback begins. True when it has been called often enough and shall only return."""
        self.keep()
        count = self.per_function[number] = self.per_function.get(number, 0) + 1
        self.calls += 1
        if count > 6 or self.calls > 150:
            return True
        seen.note(f"f{number}", *seen_arguments)
        return False

    def error(self, problem: BaseException) -> None:
        """An operation failed."""
        if isinstance(problem, AttributeError) and "NoneType" in str(problem):
            self.operations -= 1  # there was nothing to operate on
        seen.LINES.append(f"! {seen.exception(problem)}")
        self.keep()

    def look(self, *deferreds: Any) -> None:
        for each in deferreds:
            seen.LINES.append(seen.state(each))
        self.keep()

    def turns(self, count: int) -> Any:
        """Once more the same, with what has become of the Deferreds."""
        for number in range(count):
            self.calls = 0
            self.per_function.clear()
            yield number

    def recorded(self, on: bool) -> None:
        """Switch recording on or off. No effect in the plain run."""
        before = failures_made()
        self.recording.switch(on)
        self.own_failures += failures_made() - before - 1  # the recorder makes one to look at it

    @contextlib.contextmanager
    def patched(self, name: str) -> Any:
        """Somebody else's patch of a method of Deferred, for a while."""
        original = getattr(Deferred, name)

        @functools.wraps(original)
        def patch(*args: Any, **kwargs: Any) -> Any:
            seen.LINES.append(f"patched {name}")
            return original(*args, **kwargs)

        setattr(Deferred, name, patch)
        try:
            yield
        finally:
            setattr(Deferred, name, original)


_LOOP: Any = None


def loop() -> Any:
    """An asyncio loop, which programs let turn once with spin()."""
    global _LOOP
    if _LOOP is None:
        _LOOP = asyncio.new_event_loop()
        _LOOP.set_exception_handler(
            lambda _, context: seen.note("loop", context.get("message"), context.get("exception"))
        )
    return _LOOP


def spin() -> None:
    for _ in range(3):
        loop().run_until_complete(asyncio.sleep(0))


def roundtrip(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))


VAR: contextvars.ContextVar[int] = contextvars.ContextVar("VAR", default=0)


def make_globals(stage: Stage, size: int = 8) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from_defer = {name: getattr(defer, name) for name in dir(defer) if name[0] != "_"}
    return {
        **from_defer,
        **SUBCLASSES,
        **OVERRIDING,
        **{each.__name__: each for each in (E, Other, Interrupt, Token, Odd, FailureSub, Caller)},
        **{
            name: getattr(stage, name)
            for name in ("at", "step", "turns", "gone", "out", "error", "look", "recorded")
        },
        "__name__": "program",
        "patched": stage.patched,
        "note": seen.note,
        "spin": spin,
        "d": [None] * size,
        "w": [None] * size,
        "fut": [None] * size,
        "coro": [None] * size,
        "Deferred": Deferred,
        "DeferredList": DeferredList,
        "ListSub": ListSub,
        "defer": defer,
        "clock": task.Clock(),
        "task": task,
        "loop": loop,
        "weakref": weakref,
        "collect": stage.collect,
        "lock": defer.DeferredLock(),
        "sem": defer.DeferredSemaphore(2),
        "queue": defer.DeferredQueue(size=2, backlog=2),
        "copy": copy,
        "inspect": inspect,
        "var": VAR,
        "contextvars": contextvars,
        "sys": sys,
        "warnings": warnings,
        "functools": functools,
        "Failure": Failure,
        "OwnList": OwnList,
        "through": through,
        "gc": gc,
        "roundtrip": roundtrip,
        "LIST": seen.LIST_NAME,
        "_failthru": seen.defer.passthru,
    }


def failures_made() -> int:
    """The number of the Failure that is made now."""
    return int(getattr(Failure(E()), "count", 0))


def play(source: str, recording: Any) -> int:
    """Run one program; the number of operations it did."""
    recording.begin()
    seen.forget()
    Rising.kept.clear()
    known = getattr(defer, "_DEFERRED_SUBCLASSES", [])
    classes, failures = len(known), failures_made()
    stage = Stage(recording)
    names = make_globals(stage)
    linecache.cache[PROGRAM] = (len(source), None, source.splitlines(True), PROGRAM)
    code = compile(source, PROGRAM, "exec")
    warnings.simplefilter("always")
    try:
        contextvars.Context().run(exec, code, names)
    except BaseException as problem:
        seen.LINES.append(f"the program ended: {seen.exception(problem)}")
        del problem
    warnings.simplefilter("always")
    seen.LINES.append("end")
    stage.look(*[each for each in names["d"] if each is not None])
    if _LOOP is not None:
        spin()  # what was asked for later is not left to the next program
    defer.setDebugging(False)
    stage.keep()
    seen._seen_failures.clear()
    before = len(seen.LINES)
    names.clear()
    del code
    stage.kept.clear()
    gc.collect()
    Rising.kept.clear()  # those that rose die now
    gc.collect()
    if seen.Options.immortal:
        seen.LINES[before:] = sorted(seen.LINES[before:] + seen.AT_THE_END)
    made = failures_made() - failures - 1 - stage.own_failures
    seen.LINES.append(f"{made} failures made")
    if len(known) > classes:
        del known[classes:]
    gc.freeze()  # what has come to stay need not be looked at by the next collection
    recording.end()
    return stage.operations


class Plain:
    """No recording: what all others are compared with."""

    def begin(self) -> None: ...
    def end(self) -> None: ...
    def close(self) -> None: ...
    def switch(self, on: bool) -> None: ...


class Broken(Plain):
    """As if recording changed something, to see that it would be found."""

    def begin(self) -> None:
        self._original = Deferred.pause

        def pause(deferred: Any) -> None:
            deferred.paused += 2

        Deferred.pause = pause  # type: ignore[method-assign]

    def end(self) -> None:
        Deferred.pause = self._original  # type: ignore[method-assign]


class Recorded:
    """Recording by one engine. The file is made anew now and then, so that none grows large."""

    programs_per_file = 2000

    def __init__(self, engine: str, stack: int, values: bool = False) -> None:
        import reactortrack

        self._record = functools.partial(
            reactortrack.record, engine=engine, stack_depth=stack, values=values
        )
        self._engine = engine
        self._folder = tempfile.mkdtemp(prefix="conformance-")
        self._recording: Any = None
        self._begun = self._programs = 0
        self.check: Any = None  # called with the file's path when it has been finished

    def begin(self) -> None:
        self.switch(True)

    def switch(self, on: bool) -> None:
        if on == (self._recording is not None):
            return
        if not on:
            self._recording.stop()
            if self.check is not None:
                self.check(self._recording.path)
            os.unlink(self._recording.path)
            self._recording = None
            return
        self._begun += 1
        path = os.path.join(self._folder, f"{self._begun}.rtlog")
        self._recording = self._record(path)
        # While a program has patched what the native engine replaces, the wrapping one is used.
        as_asked = self._recording.engine == self._engine
        assert as_asked or "replaced by someone else" in self._recording.note, self._recording.note

    def end(self) -> None:
        self._programs += 1
        other = self._recording is not None and self._recording.engine != self._engine
        if other or self._programs % self.programs_per_file == 0:
            self.switch(False)

    def close(self) -> None:
        self.switch(False)
        os.rmdir(self._folder)


def make_recording(mode: str, stack: int, values: bool = False) -> Any:
    if mode in ("plain", "broken"):
        return Plain() if mode == "plain" else Broken()
    return Recorded(mode, stack, values)


def prepare() -> None:
    """Once a process: what is noted of it, and nothing that happens by itself."""
    seen.installed()
    sys.modules["program"] = types.ModuleType("program")
    sys.modules["program"].__file__ = PROGRAM
    gc.disable()
    gc.collect()
    gc.freeze()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("mode", nargs="?", default="plain", choices=("plain", "native", "wrap"))
    parser.add_argument("--stack", type=int, default=16)
    parser.add_argument("--vars", action="store_true")
    parser.add_argument("--tracebacks", action="store_true")
    parser.add_argument("--reads", action="store_true")
    parser.add_argument("--immortal", action="store_true")
    options = parser.parse_args()
    seen.Options.by_vars = options.vars
    seen.Options.immortal = options.immortal
    seen.Options.reads = options.reads
    seen.Options.whole_tracebacks = options.tracebacks
    with open(options.program) as file:
        source = file.read()
    recording = make_recording(options.mode, options.stack)
    prepare()
    play(source, recording)
    recording.close()
    print("\n".join(seen.LINES))


if __name__ == "__main__":
    main()
