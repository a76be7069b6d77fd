# SPDX-License-Identifier: MIT
"""What a program of the differential test leaves behind: a trace, one line for each thing seen.

Lines hold no address, no time and no file outside the program, so that two runs can be compared.
Deferreds are numbered in the order in which they are first mentioned.
"""

from __future__ import annotations

import asyncio
import functools
import os
import re
import sys
import traceback
import types
import weakref
from typing import Any

from twisted.internet import defer
from twisted.python.failure import Failure

LINES: list[str] = []
#: Of programs whose garbage shall not matter: what is logged, which is mostly by those that die.
AT_THE_END: list[str] = []
# The last: what reprlib leaves of an address whose beginning it cut off.
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+|\bid=\d+|at [0-9a-f]{8,}|\.\.\.[0-9a-f]{6,}")
_TO_CLEAN = ("0x", "...", "Failure instance", "Deferred was created")
_PLAIN = frozenset((int, str, bool, type(None), float, bytes))
_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_TWISTED = os.path.dirname(os.path.dirname(os.path.abspath(defer.__file__))) + os.sep

#: Functions of Twisted that the native engine runs without a Python frame. Whoever looks at the
#: stack of his callers does not see them; docs/conformance.md names this difference.
UNSEEN_CALLERS = frozenset(
    (
        *("callback", "errback", "_startRunCallbacks", "_runCallbacks", "addCallbacks"),
        *("addCallback", "addErrback", "addBoth", "__init__", "succeed", "fail"),
        *("_inlineCallbacks", "_gotResultInlineCallbacks", "gotResult"),
        *("_cancellableInlineCallbacks", "cancel"),
    )
)


#: Since 24.10 Failure.stack is always empty, and reading it warns.
_STACK_IS_DEPRECATED = "stack" in vars(Failure) and "stack" not in vars(Failure(Exception()))
#: Such a caller in str(failure), which has Failure.stack.
_CALLER_IN_BRIEF = re.compile(rf"\S*defer\.py:\d+:(?:{'|'.join(sorted(UNSEEN_CALLERS))})\n")
#: And such a caller in the words of debug mode, with the text of its line.
_CALLER_IN_DEBUG = re.compile(
    rf' [CI]:  File "[^"]*defer\.py", line \d+, in (?:{"|".join(sorted(UNSEEN_CALLERS))})\n'
    r"(?: [CI]:    .*\n)?"
)


class Options:
    """How closely one program is looked at."""

    whole_tracebacks = False  # the text, too, not the frames alone
    by_vars = False  # a Deferred's state is its __dict__, in order; not its attributes
    # What has been created dies at gc.collect() only: see stage.Stage.keep().
    immortal = False
    # A subclass notes which attributes are read. Both engines read them in their own way.
    reads = False


class Name(weakref.ref):  # type: ignore[type-arg]
    __slots__ = ("number",)


_names: dict[int, Name] = {}
_seen_failures: dict[int, Any] = {}
_count = 0
_at_length = True


def forget() -> None:
    """Begin a new trace."""
    global _count
    LINES.clear()
    AT_THE_END.clear()
    _names.clear()
    _seen_failures.clear()
    _count = 0


def clean(text: str) -> str:
    """Without addresses, installation paths and callers that are not promised."""
    text = _ADDRESS.sub("0x", text)
    if "Failure instance" in text and not _STACK_IS_DEPRECATED:
        text = _CALLER_IN_BRIEF.sub("", text)
    if "Deferred was created" in text:
        text = _CALLER_IN_DEBUG.sub("", text)
    return text.replace(_TWISTED, "twisted/").replace(_HERE, "")


def name(deferred: Any) -> str:
    global _count
    known = _names.get(id(deferred))
    if known is None or known() is not deferred:
        known = _names[id(deferred)] = Name(deferred)
        _count += 1
        known.number = _count
    return f"{type(deferred).__name__}#{known.number}"


def text(thing: Any, depth: int = 0) -> str:
    """A value as text that is the same in every run."""
    kind = type(thing)
    if kind is str:
        return repr(clean(thing) if any(map(thing.__contains__, _TO_CLEAN)) else thing)
    if kind in _PLAIN:
        return repr(thing)
    if depth > 5:
        return "..."
    if kind is tuple or kind is list:
        return f"{kind.__name__}[{', '.join([text(each, depth + 1) for each in thing])}]"
    if kind is dict or kind is types.MappingProxyType:
        inside = [f"{text(k, depth + 1)}: {text(v, depth + 1)}" for k, v in thing.items()]
        return f"{kind.__name__}{{{', '.join(inside)}}}"
    if defer.Deferred in kind.__mro__:
        return name(thing)
    if Failure in kind.__mro__:
        return failure(thing)
    if isinstance(thing, BaseException):
        return exception(thing)
    if kind is types.FunctionType or thing.__class__ is types.FunctionType:  # as a stand-in says
        return f"function {thing.__qualname__}"
    if kind is types.MethodType:
        return f"method {thing.__func__.__qualname__} of {text(thing.__self__, depth + 1)}"
    if kind is functools.partial:
        return f"partial {text(thing.func, depth + 1)}"
    if kind is types.CodeType:
        return f"code {thing.co_name}"
    if isinstance(thing, asyncio.Future):
        return f"future {thing._state}"
    own = getattr(kind, "trace_text", None)
    if own is not None:
        return str(own(thing))
    if isinstance(thing, type):
        return f"class {thing.__qualname__}"
    where = getattr(thing, "__qualname__", "")
    return f"{kind.__module__}.{kind.__qualname__} {where}"


def exception(thing: BaseException | None, depth: int = 0) -> str:
    if thing is None:
        return "None"
    told = text(thing.args, 3)
    if type(thing) is defer.AlreadyCalledError and thing.args:
        told = callers(str(thing.args[0]).splitlines())  # debug mode's
    shown = f"{type(thing).__qualname__}{told}"
    if depth < 3:
        if thing.__cause__ is not None:
            shown += f" from {exception(thing.__cause__, depth + 1)}"
        if thing.__context__ is not None:
            shown += f" in {exception(thing.__context__, depth + 1)}"
    return shown + entries(thing.__traceback__, type(thing))


#: What the loop itself raises when an attribute of a Deferred is missing or of another type.
_OF_BROKEN_DEFERREDS = (AttributeError, TypeError, ValueError, IndexError)


#: They call nothing but methods of the Deferred.
_FIRING = frozenset(
    (
        *("callback", "errback", "_startRunCallbacks", "addCallback", "addErrback", "addBoth"),
        "addCallbacks",
    )
)


def _is_of_loop(code: types.CodeType) -> bool:
    return _is_unseen(code.co_name, code.co_filename)


def _leads_out(tb: Any) -> bool:
    """Behind the methods that fire comes a function that is not Twisted's: a method of its own."""
    while tb is not None and _is_of_loop(tb.tb_frame.f_code):
        if tb.tb_frame.f_code.co_name not in (*_FIRING, "_runCallbacks"):
            return False
        tb = tb.tb_next
    return tb is not None


def _told(tb: Any, kind: Any) -> list[tuple[Any, bool]]:
    """Each entry of a traceback, and whether it is compared: see entries()."""
    told: list[tuple[Any, bool]] = []
    left_out = False
    while tb is not None:
        code, following = tb.tb_frame.f_code, tb.tb_next
        # It called a method that a subclass or an instance has of its own.
        fires = code.co_name in _FIRING and _leads_out(following)
        fires = fires or (left_out and code.co_name == "_runCallbacks")
        left_out = _is_of_loop(code) and (kind in _OF_BROKEN_DEFERREDS or fires)
        told.append((tb, not left_out))
        tb = following
    return told


def entries(tb: Any, kind: Any = None) -> str:
    """The entries of a traceback: function and line.

    Not the instruction: a call of a Python function leaves another one than a call of a native
    function. Both have the same place in the text, which whole_tracebacks compares. An error that
    Twisted's loop itself ends in (an attribute is missing, say) has no entries of the loop there.
    """
    told = _told(tb, kind)
    shown = [
        f"{each.tb_frame.f_code.co_name}:{each.tb_lineno}" for each, is_told in told if is_told
    ]
    return f"<{' '.join(shown)}>" if shown else ""


def failure(thing: Any) -> str:
    """All that a Failure holds. Long, so the second time only what may have changed."""
    tb, value = thing.__dict__.get("tb"), thing.value
    told = exception(value) if isinstance(value, BaseException) else text(value)
    shown = f"F({text(thing.type)} {told} {entries(tb, type(value))}"
    if not _at_length or _seen_failures.get(id(thing)) is thing:
        return shown + ")"
    _seen_failures[id(thing)] = thing
    frames = [frame[:3] for frame in thing.frames or ()]
    told = [is_told for _, is_told in _told(tb, type(value))]
    if type(value) in _OF_BROKEN_DEFERREDS:
        frames = [frame for frame in frames if frame[0] not in UNSEEN_CALLERS]
    elif len(told) == len(frames):
        frames = [frame for frame, is_told in zip(frames, told) if is_told]
    whole = None if _STACK_IS_DEPRECATED else thing.stack
    if whole:  # of its callers when it was made: those we do not promise are left out
        thing.stack = [frame for frame in whole if not _is_unseen(*frame[:2])]
    stack = [frame[:3] for frame in thing.stack] if whole else []
    shown += clean(f" frames={frames} stack={stack} type={type(thing).__name__}")
    if Options.whole_tracebacks and not _differs_in_callers(value) and all(told):
        shown += clean("\n".join(_texts(thing)))
    if whole:
        thing.stack = whole
    return shown + ")"


def _is_unseen(function: str, file: str) -> bool:
    return function in UNSEEN_CALLERS and file.endswith("defer.py")


def _differs_in_callers(value: Any) -> bool:
    """Its text has frames of the loop, or the stacks of debug mode."""
    broken = isinstance(value, (*_OF_BROKEN_DEFERREDS, defer.FirstError))
    return broken or defer.Deferred.debug or "Deferred was created" in str(value)


def _texts(thing: Any) -> list[str]:
    shown = [thing.getTraceback(), thing.getBriefTraceback(), thing.getErrorMessage(), repr(thing)]
    if defer.Deferred.debug:
        shown.append(str([[sorted(map(str, part)) for part in f[3:]] for f in thing.frames or ()]))
        shown.pop()  # variables of frames: see docs/conformance.md
    if isinstance(thing.value, BaseException):
        value = thing.value
        shown += traceback.format_exception(type(value), value, value.__traceback__)
    return shown


def callers(lines: list[str] | None) -> str:
    """A stack of callers as debug mode keeps it, without the frames nobody promises.

    The text names a frame three times and then says how often it comes again. Plainly, the frames
    of the loop stand between those of gatherResults; recorded, the same frame follows itself.
    """
    if lines is None:
        return "None"
    kept: list[str] = []
    last: list[str] = []
    for line in lines:
        again = _AGAIN.search(line)
        found = _CALLER.match(line)
        if again is not None:
            kept += last * int(again[1])
        elif found is not None:  # else the text of a line
            last = _caller(*found.groups())
            kept += last
    return " ".join(kept)


_CALLER = re.compile(r'(?: C:| I:)?\s*File "(.*)", line (\d+), in (\S+)')
_AGAIN = re.compile(r"\[Previous line repeated (\d+) more times?\]$")


def _caller(file: str, number: str, function: str) -> list[str]:
    """One frame in one word, or none where it is not compared."""
    if _is_unseen(function, file):
        return []
    if file.startswith("<program"):
        return [f"{function}:{number}"]
    if file.startswith(_TWISTED):
        return [f"{file[len(_TWISTED) :]}:{number} {function}"]
    return []


def side(triple: Any) -> str:
    if type(triple) is not tuple or len(triple) != 3:
        return text(triple)
    function, arguments, keywords = triple
    return f"{text(function)}{text(arguments)}{text(keywords)}"


def callbacks(listed: Any) -> str:
    if not isinstance(listed, list):
        return text(listed)
    pairs = []
    for pair in listed:
        if type(pair) is tuple and len(pair) == 2:
            pairs.append(f"{side(pair[0])}|{side(pair[1])}")
        else:
            pairs.append(text(pair))
    return f"{type(listed).__name__}[{'; '.join(pairs)}]"


def debug_info(info: Any) -> str:
    if info is None:
        return "None"
    held = vars(info)
    creator, invoker = callers(held.get("creator")), callers(held.get("invoker"))
    return f"{type(info).__name__}{list(held)}({creator}|{invoker}|{text(held.get('failResult'))})"


_FIELDS = (
    *("called", "paused", "_runningCallbacks", "_suppressAlreadyCalled", "_chainedTo"),
    *("_canceller", "result", "debug"),
)
LIST_NAME = "_callbacks" if "callbacks" in vars(defer.Deferred) else "callbacks"
_get = object.__getattribute__
_MISSING = "missing"


def attribute(deferred: Any, name: str) -> Any:
    try:
        return _get(deferred, name)
    except AttributeError:
        return _MISSING


def state(deferred: Any) -> str:
    """All that can be seen of a Deferred."""
    if defer.Deferred not in type(deferred).__mro__:
        return text(deferred)
    if Options.by_vars:
        shown = []
        for key, value in _get(deferred, "__dict__").items():
            if key == LIST_NAME:
                shown.append(f"{key}={callbacks(value)}")
            elif key == "_debugInfo":
                shown.append(f"{key}={debug_info(value)}")
            else:
                shown.append(f"{key}={text(value)}")
        return f"{name(deferred)} {' '.join(shown)}"
    shown = [f"{field}={text(attribute(deferred, field))}" for field in _FIELDS]
    listed = callbacks(attribute(deferred, LIST_NAME))
    info = debug_info(attribute(deferred, "_debugInfo"))
    return f"{name(deferred)} {' '.join(shown)} {info} {listed}"


def note(*things: Any) -> None:
    """Write down what the program sees."""
    LINES.append(" ".join([text(each) for each in things]))


def unraisable(what: Any) -> None:
    """sys.unraisablehook: errors of __del__ and the like belong to the trace."""
    LINES.append(f"unraisable {text(what.exc_value)} {text(what.object)}")


def warned(message: Any, category: Any, *_: Any) -> None:
    """warnings.showwarning. Not where: that is a caller, see UNSEEN_CALLERS."""
    LINES.append(f"warning {category.__name__} {clean(str(message))}")


def logged(event: Any) -> None:
    """An observer of Twisted's log."""
    global _at_length
    shown = f"log {event.get('log_level')} {event.get('log_format')} {event.get('isError')}"
    problem = event.get("log_failure")
    if problem is not None:
        _at_length = False  # and nothing is remembered: it may be dying
        shown += f" {text(problem)}"
        _at_length = True
    debug = event.get("debugInfo")
    if debug:
        shown += f" debug {callers(debug.splitlines())}"
    (AT_THE_END if Options.immortal else LINES).append(shown)


def installed() -> None:
    """Let warnings, the log and errors without a receiver go to the trace."""
    import warnings

    from twisted.logger import globalLogBeginner, globalLogPublisher

    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False, discardBuffer=True)
    globalLogPublisher.addObserver(logged)
    warnings.showwarning = warned
    sys.unraisablehook = unraisable
