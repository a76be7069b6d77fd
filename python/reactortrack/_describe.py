# SPDX-License-Identifier: MIT
"""A live Deferred in words."""

from __future__ import annotations

from typing import Any

from reactortrack import _recorder

_MOST_LISTED = 20


def describe(deferred: Any) -> str:
    """Say what state a live Deferred is in: running, paused, its value, chain, whom it waits on.

    Several lines of text, for a debugger, a manhole or a log. Works with and without a recording;
    with one, the Deferred's number in it is named. The Deferred is not changed, and its value is
    named by type only. Raises TypeError for anything that is not a Deferred.
    """
    from twisted.internet.defer import Deferred

    if not isinstance(deferred, Deferred):
        raise TypeError(f"describe() takes a Deferred, not {type(deferred).__name__}")
    lines = [f"{_name(deferred)}: {_state(deferred)}"]
    lines += _waits(deferred)
    pairs = [pair for pair in _pairs(deferred) if not _is_continuation(pair)]
    waiters = [pair[0][1][0] for pair in _pairs(deferred) if _is_continuation(pair)]
    for waiter in waiters:
        lines.append(f"  its result goes to {_name(waiter)}")
    if not pairs:
        lines.append("  no callbacks left to run")
    for index, (callback, errback) in enumerate(pairs[:_MOST_LISTED]):
        lines.append(f"  {index}: {_side(callback)} | {_side(errback)}")
    if len(pairs) > _MOST_LISTED:
        lines.append(f"  and {len(pairs) - _MOST_LISTED} more")
    return "\n".join(lines)


def _pairs(deferred: Any) -> list[Any]:
    own = vars(deferred)
    return list(own["_callbacks"] if "_callbacks" in own else own.get("callbacks", ()))


def _is_continuation(pair: Any) -> bool:
    from twisted.internet import defer

    return pair[0][0] is defer._CONTINUE


def _name(deferred: Any) -> str:
    serial = _recorder.serial(deferred) if _recorder.is_on() else None
    number = f"#{serial} " if serial is not None else ""
    return f"{number}{type(deferred).__name__} at 0x{id(deferred):x}"


def _state(deferred: Any) -> str:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    words = []
    if deferred._runningCallbacks:
        words.append("running a callback")
    if not deferred.called:
        words.append("not fired yet")
    result = vars(deferred).get("result")
    if deferred.called and isinstance(result, Deferred):
        words.append("fired, waiting for the Deferred that a callback returned")
    elif deferred.called and isinstance(result, Failure):
        kind = result.type or type(result.value)
        words.append(f"failed with {kind.__module__}.{kind.__qualname__}")
    elif deferred.called:
        value = "None" if result is None else f"a value of type {type(result).__qualname__}"
        words.append(f"fired, current value is {value}")
    if deferred.paused and not isinstance(result, Deferred):
        words.append(f"paused {deferred.paused} times" if deferred.paused > 1 else "paused")
    return ", ".join(words)


def _waits(deferred: Any) -> list[str]:
    """The chain of Deferreds below this one, outermost first; a cycle is named and ends it."""
    from twisted.internet.defer import Deferred

    lines: list[str] = []
    seen = {id(deferred)}
    inner = vars(deferred).get("result")
    if not isinstance(inner, Deferred):
        inner = deferred._chainedTo
    while isinstance(inner, Deferred) and len(lines) < _MOST_LISTED:
        if id(inner) in seen:
            lines.append(f"  waits on {_name(inner)}: a cycle, it can never go on")
            break
        seen.add(id(inner))
        lines.append(f"  waits on {_name(inner)}: {_state(inner)}")
        following = vars(inner).get("result")
        inner = following if isinstance(following, Deferred) else inner._chainedTo
    return lines


def _side(side: Any) -> str:
    from twisted.internet import defer

    function = side[0]
    if function in (defer.passthru, getattr(defer, "_failthru", None)):
        return "-"
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    module = getattr(function, "__module__", None)
    return f"{module}.{name}" if module else name
