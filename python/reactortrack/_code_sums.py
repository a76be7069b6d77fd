# SPDX-License-Identifier: MIT
"""Is a function the one of a known release? Told by a sum of its code.

The sum leaves out what does not matter for what the function does: files, lines, the docstring. It
hangs on the version of Python, whose compiler made the code; _known_functions.py has those of all
versions that are supported. Functions that others have patched or replaced have other sums.
"""

from __future__ import annotations

import hashlib
import types

#: The functions of twisted.internet.defer that the native engine replaces, all or some.
REPLACED = (
    "Deferred.__init__",
    "Deferred.addCallbacks",
    "Deferred.addCallback",
    "Deferred.addErrback",
    "Deferred.addBoth",
    "Deferred.callback",
    "Deferred.errback",
    "Deferred.cancel",
    "Deferred.pause",
    "Deferred.__iter__",
    "Deferred._startRunCallbacks",
    "Deferred._runCallbacks",
    "Deferred._continuation",
    "succeed",
    "maybeDeferred",
    "_inlineCallbacks",
    "_gotResultInlineCallbacks",
    "_cancellableInlineCallbacks",
)

#: Those of twisted.internet.base.
OF_REACTOR = (
    "ReactorBase.callLater",
    "ReactorBase._cancelCallLater",
    "DelayedCall.__init__",
    "DelayedCall.cancel",
    "DelayedCall.reset",
    "ReactorBase.runUntilCurrent",
    "ReactorBase._insertNewDelayedCalls",
    "DelayedCall.activate_delay",
    "DelayedCall.__lt__",
)

#: Those of twisted.python.log, and of twisted.python.context that it goes through.
OF_LOG = ("callWithContext",)
OF_CONTEXT = (
    "ThreadedContextTracker.callWithContext",
    "ThreadedContextTracker.getContext",
    "ThreadedContextTracker.currentContext",
    "ContextTracker.callWithContext",
    "ContextTracker.getContext",
)


def _add(sum_of: hashlib._Hash, code: types.CodeType) -> None:
    sum_of.update(code.co_code)
    shape = (
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        code.co_flags & 0xFF,
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        code.co_cellvars,
    )
    sum_of.update(repr(shape).encode())
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            _add(sum_of, constant)
        elif not (isinstance(constant, str) and "\n" in constant):  # docstrings
            sum_of.update(repr(constant).encode())


def code_sum(code: types.CodeType) -> str:
    """Twelve hexadecimal digits."""
    sum_of = hashlib.sha256()
    _add(sum_of, code)
    return sum_of.hexdigest()[:12]
