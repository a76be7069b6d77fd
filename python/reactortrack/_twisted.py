# SPDX-License-Identifier: MIT
"""What the installed Twisted is like: which release, how its Deferred differs, what to recognise.

Everything is read from the modules that the program has imported. Nothing of it is changed here.
"""

from __future__ import annotations

import dis
import inspect
import os
import sys
import types
from typing import Any, NamedTuple

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
