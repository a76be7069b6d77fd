# SPDX-License-Identifier: MIT
"""What the installed Twisted is like: which release, how its Deferred differs, what to recognise.

Everything is read from the modules that the program has imported. Nothing of it is changed here.
"""

from __future__ import annotations

import contextvars
import dis
import inspect
import os
import sys
import types
from typing import Any, NamedTuple

from reactortrack import _known_functions
from reactortrack._code_sums import code_sum

#: Releases whose own tests of Deferred pass with the native engine (make releases).
KNOWN_RELEASES = frozenset(
    (
        *("22.4.0", "22.8.0", "22.10.0", "23.8.0", "23.10.0", "24.3.0"),
        *("24.7.0", "24.10.0", "24.11.0", "25.5.0", "26.4.0", "26.10.0"),
    )
)

#: The methods of Deferred that the native engine replaces.
REPLACED = (
    "__init__",
    "addCallbacks",
    "addCallback",
    "addErrback",
    "addBoth",
    "callback",
    "errback",
    "_startRunCallbacks",
    "_runCallbacks",
)


#: The functions that drive coroutines, which the native engine replaces together.
DRIVER = ("_inlineCallbacks", "_gotResultInlineCallbacks", "_cancellableInlineCallbacks")

#: What else the native engine replaces, or does without calling it, where it is as known.
OPTIONAL = (
    "Deferred.cancel",
    "Deferred.pause",
    "Deferred.__iter__",
    "Deferred._continuation",
    "succeed",
    "maybeDeferred",
    *DRIVER,
)


def defer_module() -> Any:
    """twisted.internet.defer, which must have been imported."""
    return sys.modules["twisted.internet.defer"]


def deferred_class() -> Any:
    """The class that has Deferred's methods: usually defer.Deferred itself.

    A program may have put a subclass of it there. TypeError when it is something else altogether.
    """
    current = defer_module().Deferred
    for each in getattr(current, "__mro__", ()):
        if "_runCallbacks" in vars(each) and "addCallbacks" in vars(each):
            return each
    raise TypeError(
        f"twisted.internet.defer.Deferred was replaced by {current!r}, which is no Deferred"
    )


def release() -> str:
    """The version of Twisted, as text."""
    import twisted

    version: str = twisted.__version__
    return version


def directory() -> str:
    """The directory of the twisted package, with a separator at its end."""
    file: str = defer_module().__file__
    return os.path.dirname(os.path.dirname(os.path.abspath(file))) + os.sep


def foreign_methods() -> list[str]:
    """Names of the methods to replace that are not the ones this release came with."""
    defer = defer_module()
    own = getattr(defer, "__file__", None)
    foreign = []
    for name in REPLACED:
        function = vars(deferred_class()).get(name)
        if not isinstance(function, types.FunctionType) or function.__code__.co_filename != own:
            foreign.append(name)
    return foreign


def function(name: str) -> Any:
    """A function of twisted.internet.defer, "succeed" or "Deferred.pause"; None without it."""
    owner, _, method = name.rpartition(".")
    return vars(deferred_class() if owner else defer_module()).get(method)


def is_known(name: str) -> bool:
    """True when the code of a function is, in what it does, that of a known release."""
    return is_known_code(name, function(name))


def is_known_code(name: str, found: Any) -> bool:
    """The same of what was found under that name."""
    return (
        isinstance(found, types.FunctionType)
        and code_sum(found.__code__) in _known_functions.KNOWN[name]
    )


def unknown_methods() -> list[str]:
    """Names of the methods to replace whose code is that of no known release."""
    return [name for name in REPLACED if not is_known(f"Deferred.{name}")]


def traits() -> dict[str, bool]:
    """How this release's Deferred differs from the newest: see Traits in recorder/engine.h.

    Read from the code objects, so that a distribution's back-ported patch is seen, too.
    """
    defer = defer_module()
    deferred = deferred_class()

    def uses(function: Any, name: str) -> bool:
        return name in function.__code__.co_names

    return {
        "isinstance_checks": not uses(deferred._runCallbacks, "_DEFERRED_SUBCLASSES"),
        "add_by_add_callbacks": uses(deferred.addCallback, "addCallbacks"),
        "asserts_callable": uses(deferred.addCallbacks, "callable"),
        "asserts_not_deferred": uses(deferred.callback, "Deferred"),
        "errback_may_be_none": deferred.addCallbacks.__defaults__[0] is None,
        "clears_canceller": uses(deferred._startRunCallbacks, "_canceller"),
        "cleans_failure": uses(deferred._runCallbacks, "cleanFailure"),
        "failure_keeps_stack": uses(defer.Failure.__init__, "f_back"),
    }


def callbacks_name() -> str:
    """The attribute that holds the list of callbacks: it was renamed in 25.5."""
    return "_callbacks" if "callbacks" in vars(deferred_class()) else "callbacks"


def got_result() -> Any:
    """What `await` and `yield` attach: a function, or up to 23.8 the code of a closure."""
    defer = defer_module()
    function = getattr(defer, "_gotResultInlineCallbacks", None)
    if function is not None:
        return function
    for constant in defer._inlineCallbacks.__code__.co_consts:
        if isinstance(constant, types.CodeType) and constant.co_name == "gotResult":
            return constant
    return None


class TracebackEntry(NamedTuple):
    """One entry of a traceback: a function, an instruction of it, its line."""

    code: types.CodeType
    last_instruction: int
    line: int


def run_entry() -> TracebackEntry:
    """The traceback entry that Deferred._runCallbacks leaves when a callback raises.

    Found by letting one raise. To be called before anything is replaced.
    """
    seen: list[TracebackEntry] = []

    def fails(result: object) -> None:
        raise ZeroDivisionError

    def look(failure: Any) -> None:
        entry = failure.value.__traceback__
        seen.append(TracebackEntry(entry.tb_frame.f_code, entry.tb_lasti, entry.tb_lineno))

    probe = deferred_class()()
    probe.addCallback(fails)
    probe.addErrback(look)
    probe.callback(None)
    return seen[0]


def run_code() -> TracebackEntry:
    """The code of Deferred._runCallbacks, without calling anything: it may have been patched."""
    function = inspect.unwrap(deferred_class()._runCallbacks)
    return TracebackEntry(function.__code__, 0, function.__code__.co_firstlineno)


def _call_place(function: Any, name: str) -> TracebackEntry:
    """Where `function` calls its method `name`."""
    line = function.__code__.co_firstlineno
    offset = 0
    for instruction in dis.get_instructions(function):
        number = getattr(instruction, "line_number", None)
        if number is None and not isinstance(instruction.starts_line, bool):
            number = instruction.starts_line
        line = number or line
        if instruction.argval == name:
            offset = instruction.offset
            break
    return TracebackEntry(function.__code__, offset, int(line))


def warning_place() -> TracebackEntry:
    """Where Deferred._runCallbacks warns of a callback that returned its own Deferred."""
    return call_after(deferred_class()._runCallbacks, "warnAboutFunction")


def via_frames(with_traits: dict[str, bool]) -> list[list[TracebackEntry]]:
    """The frames between the user's and _runCallbacks, by Via of recorder/engine.h.

    Only releases whose Failures keep the stack need them.
    """
    if not with_traits["failure_keeps_stack"]:
        return [[] for _ in range(8)]
    deferred = deferred_class()

    def frame(method: str, calls: str) -> TracebackEntry:
        return _call_place(getattr(deferred, method), calls)

    start = frame("_startRunCallbacks", "_runCallbacks")
    add_all = frame("addCallbacks", "_runCallbacks")

    def add(method: str) -> list[TracebackEntry]:
        if with_traits["add_by_add_callbacks"]:
            return [frame(method, "addCallbacks"), add_all]
        return [frame(method, "_runCallbacks")]

    return [
        [],
        [frame("callback", "_startRunCallbacks"), start],
        [frame("errback", "_startRunCallbacks"), start],
        [start],
        [add_all],
        add("addCallback"),
        add("addErrback"),
        add("addBoth"),
    ]


def call_after(function: types.FunctionType, name: str, calls: int = 1) -> TracebackEntry:
    """The first call in `function` after `name` is loaded, or the `calls`-th."""
    line = function.__code__.co_firstlineno
    loaded = False
    for instruction in dis.get_instructions(function):
        number = getattr(instruction, "line_number", None)
        if number is None and not isinstance(instruction.starts_line, bool):
            number = instruction.starts_line
        line = number or line
        # Since Python 3.13 one instruction may load two.
        names = (
            instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
        )
        if name in names and instruction.opname.startswith("LOAD"):
            loaded = True
        elif loaded and instruction.opname.startswith("CALL"):
            calls -= 1
            if calls == 0:
                return TracebackEntry(function.__code__, instruction.offset, int(line))
    raise LookupError(name)


def _plain_status(status_class: Any) -> bool:
    """True when making a _CancellationStatus sets its two attributes and does nothing else."""
    mark = object()
    return (
        vars(status_class(mark)) == {"deferred": mark, "waitingOn": None}
        and list(vars(status_class(mark))) == ["deferred", "waitingOn"]
        and "__init__" in vars(status_class)
        and status_class.__init__.__code__.co_filename.startswith("<attrs generated")
        and status_class.__new__ is object.__new__
        and not hasattr(status_class, "__attrs_post_init__")
    )


def driver() -> dict[str, Any] | None:
    """What the native driver of coroutines is to know; None where Twisted's own has to stay.

    Up to 23.8 each wait was a closure of its own. To be called before anything is replaced.
    """
    defer = defer_module()
    functions = [vars(defer).get(name) for name in DRIVER]
    if not all(
        isinstance(each, types.FunctionType) and each.__code__.co_filename == defer.__file__
        for each in functions
    ):
        return None
    inline, got_result, cancellable = (each for each in functions if each is not None)
    if defer._copy_context is not contextvars.copy_context:
        return None
    (canceller_code,) = (
        each for each in cancellable.__code__.co_consts if isinstance(each, types.CodeType)
    )
    names = inline.__code__.co_names
    drives_yielded = "_cancellableInlineCallbacks" in names
    send = call_after(inline, "send")
    places = {
        "send": send,
        "throw_into": call_after(inline, "throwExceptionIntoGenerator"),
        "callback": call_after(inline, "callback"),
        "errback": call_after(inline, "errback"),
        "add_both": call_after(inline, "addBoth"),
        "drives": call_after(inline, "_cancellableInlineCallbacks") if drives_yielded else send,
        "in_got_result": call_after(got_result, "_inlineCallbacks"),
        "in_cancellable": call_after(cancellable, "_inlineCallbacks", calls=2),
    }
    return {
        "isinstance_checks": "_DEFERRED_SUBCLASSES" not in names,
        "drives_yielded": drives_yielded,
        "plain_status": _plain_status(defer._CancellationStatus),
        "status_class": defer._CancellationStatus,
        "return_class": defer._DefGen_Return,
        "canceller_code": canceller_code,
        "places": places,
    }


def log_context(log: Any) -> dict[str, Any] | None:
    """What the native callWithContext() of twisted.python.log is to know; None: it stays Twisted's.

    Failures up to 24.7 show the functions that it does without, above what was caught.
    """
    context = log.context
    call, get = context.call, context.get
    tracker = getattr(call, "__self__", None)
    threaded, plain = context.ThreadedContextTracker, context.ContextTracker
    functions = {
        "callWithContext": log.callWithContext,
        "ThreadedContextTracker.callWithContext": getattr(call, "__func__", None),
        "ThreadedContextTracker.getContext": getattr(get, "__func__", None),
        "ThreadedContextTracker.currentContext": vars(threaded).get("currentContext"),
        "ContextTracker.callWithContext": vars(plain).get("callWithContext"),
        "ContextTracker.getContext": vars(plain).get("getContext"),
    }
    if (
        traits()["failure_keeps_stack"]
        or type(tracker) is not threaded
        or get.__self__ is not tracker
        or not all(is_known_code(*each) for each in functions.items())
    ):
        return None
    calls = {
        "callWithContext": "call",
        "ThreadedContextTracker.callWithContext": "callWithContext",
        "ContextTracker.callWithContext": "func",
    }
    return {
        "log": log,
        "context": context,
        "call": call,
        "get": get,
        "tracker": tracker,
        "current_context": functions["ThreadedContextTracker.currentContext"],
        "get_context": functions["ContextTracker.getContext"],
        "call_with_context": functions["ContextTracker.callWithContext"],
        "places": tuple(call_after(functions[name], called) for name, called in calls.items()),
    }
