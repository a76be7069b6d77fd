# SPDX-License-Identifier: MIT
"""Putting the recorder's hooks in place, and taking them off again, whole."""

from __future__ import annotations

import functools
import heapq
import inspect
import sys
import traceback
import types
import warnings
from typing import Any, Callable

from reactortrack import _imports, _recorder, _twisted
from reactortrack._hook_table import HOOKS, NATIVE, OBSERVED, WATCHED, Hook


class Hooks:
    """The hooks of one recording.

    `engine` is the one in use, "native" or "wrap"; `note` says why it is not the one asked for.
    """

    def __init__(self) -> None:
        self.engine = ""
        self.note = ""
        self._left_alone: list[str] = []  # of twisted.internet.defer's functions
        self._undo: list[Callable[[], None]] = []

    def choose(self, wanted: str) -> None:
        """Decide on the engine: "auto", "native" or "wrap"."""
        release = _twisted.release()
        foreign = _twisted.foreign_methods()
        self.engine = "wrap" if wanted == "wrap" else "native"
        if wanted == "wrap":
            return
        unknown = _twisted.unknown_methods()
        if foreign:
            self.engine = "wrap"
            self.note = f"Deferred.{foreign[0]} was replaced by someone else: wrapping engine used"
        elif release not in _twisted.KNOWN_RELEASES or unknown:
            why = f"Twisted {release} is not a known release"
            if release in _twisted.KNOWN_RELEASES:
                why = f"Deferred.{unknown[0]} is not that of Twisted {release}"
            if wanted == "auto":
                self.engine = "wrap"
                self.note = f"{why}: wrapping engine used"
            else:
                self.note = f"{why}: native engine used, as asked"
                return
        if self.engine == "native":
            self._leave_unknown_alone()

    def _leave_unknown_alone(self) -> None:
        """What need not be replaced, and is not as any known release has it, stays as it is."""
        self._left_alone = [
            name
            for name in _twisted.OPTIONAL
            if _twisted.function(name) is not None and not _twisted.is_known(name)
        ]
        if self._left_alone:
            told = f"not known from any release and left as it is: {', '.join(self._left_alone)}"
            self.note = f"{self.note}; {told}" if self.note else told

    def install(self) -> None:
        """Put the hooks of the chosen engine in place. twisted.internet.defer must be imported."""
        defer = _twisted.defer_module()
        deferred = _twisted.deferred_class()
        self._describe_twisted(defer, deferred)
        driver = None
        if self.engine == "native":
            if not set(_twisted.DRIVER) & set(self._left_alone):  # none without the others
                driver = _twisted.driver()
            self._install_native(defer, deferred)
            if driver is not None:
                self._install_driver(defer, driver)
        else:
            for name in ("__init__", "addCallbacks", "addCallback", "addErrback", "addBoth"):
                self._replace(deferred, name, f"wrap.{name}")
            self._replace(deferred, "_startRunCallbacks", "wrap._startRunCallbacks")
            self._replace(deferred, "__setattr__", "wrap.__setattr__")
        for name, hook in OBSERVED.items():
            if name not in vars(deferred):
                continue
            if self.engine == "native" and f"Deferred.{name}" not in self._left_alone:
                hook = NATIVE.get(name, hook)
                # Before 24.10 it was no generator function, and not worth replacing.
                if hook == "native.__await__" and not inspect.isgeneratorfunction(
                    vars(deferred)[name]
                ):
                    hook = OBSERVED[name]
            self._replace(deferred, name, hook)
        if self.engine == "native":
            _recorder.install_slots(deferred)
        if driver is None:
            self._replace(defer, "_cancellableInlineCallbacks", "observe.coroutine")
        # The interpreter calls it for every coroutine that was never awaited.
        if isinstance(getattr(warnings, "_warn_unawaited_coroutine", None), types.FunctionType):
            self._replace(warnings, "_warn_unawaited_coroutine", "observe.never_awaited")
        # In the order of DeferredMethod (recorder/deferred_fields.h).
        names = (
            *("addCallbacks", "addBoth", "callback", "errback"),
            *("_startRunCallbacks", "_runCallbacks", "pause", "_continuation"),
        )
        _recorder.set_dispatch(
            *(
                None if f"Deferred.{name}" in self._left_alone else vars(deferred)[name]
                for name in names
            )
        )
        for module, hooks in HOOKS.items():
            self._when_imported(module, hooks)
        if self.engine == "native":
            self._undo.append(_imports.when_imported("twisted.python.log", self._install_log))

    def before_exit_by_signal(self, call: Callable[[], None]) -> None:
        """Call `call()` before twistd ends itself with the signal that stopped the reactor.

        No exit handler runs then, and the recording would look cut off.
        """

        def install(app: types.ModuleType) -> None:
            original = getattr(app, "_exitWithSignal", None)
            if original is None:
                return

            def exit_with_signal(signal: int) -> None:
                call()
                original(signal)

            vars(app)["_exitWithSignal"] = exit_with_signal

            def undo() -> None:
                if vars(app).get("_exitWithSignal") is exit_with_signal:
                    vars(app)["_exitWithSignal"] = original

            self._undo.append(undo)

        self._undo.append(_imports.when_imported("twisted.application.app", install))

    def remove(self) -> None:
        """Take every hook off. What others have put over ours in the meantime stays."""
        while self._undo:
            self._undo.pop()()

    def _describe_twisted(self, defer: Any, deferred: Any) -> None:
        native = self.engine == "native"
        entry = _twisted.run_entry() if native else _twisted.run_code()
        warns = _twisted.warning_place() if native else entry
        traits = _twisted.traits() if native else dict.fromkeys(_TRAITS, False)
        _recorder.set_twisted(
            deferred=deferred,
            failure=defer.Failure,
            cancelled_error=defer.CancelledError,
            deferred_subclasses=getattr(defer, "_DEFERRED_SUBCLASSES", None),
            passthru=defer.passthru,
            failthru=getattr(defer, "_failthru", defer.passthru),
            continue_mark=defer._CONTINUE,
            no_result=defer._NO_RESULT,
            got_result=_twisted.got_result(),
            list_callback=vars(defer.DeferredList)["_cbDeferred"],
            callbacks_name=_twisted.callbacks_name(),
            directory=_twisted.directory(),
        )
        _recorder.set_engine(
            traits=traits,
            via=_twisted.via_frames(traits),
            run_code=entry.code,
            run_globals=vars(defer),
            run_last_instruction=entry.last_instruction,
            run_line=entry.line,
            warn_instruction=warns.last_instruction,
            warn_line=warns.line,
            debug_info_class=defer.DebugInfo,
            failure_class=defer.Failure,
            none_keywords=defer._NONE_KWARGS,
            warn_about_function=defer.warnAboutFunction,
            debug_stack=_debug_stack_reader(deferred),
        )
        self._undo.append(lambda: _recorder.unhook_finalizers(deferred))
        self._undo.append(lambda: _recorder.unhook_finalizers(defer.Failure))

    def _install_native(self, defer: Any, deferred: Any) -> None:
        for name in _twisted.REPLACED:
            self._replace(deferred, name, f"native.{name}")
        # Since 24.10 it sets attributes directly.
        if "called" in defer.succeed.__code__.co_names and "succeed" not in self._left_alone:
            self._redirect_succeed(defer.succeed)
            if "maybeDeferred" not in self._left_alone:
                self._redirect_maybe_deferred(defer)

    def _install_driver(self, defer: Any, driver: dict[str, Any]) -> None:
        for name in _twisted.DRIVER:
            self._replace(defer, name, f"native.{name}")
        inline, got_result, cancellable = (vars(defer)[name] for name in _twisted.DRIVER)
        _recorder.set_driver(
            **driver, inline_callbacks=inline, got_result=got_result, cancellable=cancellable
        )

    def _install_log(self, log: Any) -> None:
        known = _twisted.log_context(log)
        if known is not None:
            _recorder.set_log_context(**known)
            self._replace(log, "callWithContext", "native.callWithContext")

    def _replace(self, owner: Any, name: str, hook: str) -> None:
        """Put a hook in place of a method, which `owner` may have inherited."""
        inherited = name not in vars(owner)
        original = getattr(owner, name) if inherited else vars(owner)[name]
        # Somebody's patch may have brought back a stand-in of an earlier recording.
        original = _recorder.original_of(original) or original
        stand_in: Any
        if isinstance(original, classmethod):
            stand_in = classmethod(_recorder.native_function(hook, original.__func__))
        else:
            stand_in = _recorder.native_function(hook, original)
        setattr(owner, name, stand_in)

        def undo() -> None:
            if vars(owner).get(name) is not stand_in:
                return
            if inherited:
                delattr(owner, name)
            else:
                setattr(owner, name, original)

        self._undo.append(undo)

    def _native_delayed_calls(self, base: Any) -> dict[str, str]:
        """Hooks of delayed calls that do the work themselves, by those that only observe it."""

        def known(name: str) -> Any:
            owner, _, method = name.partition(".")
            function = vars(getattr(base, owner)).get(method)
            return function if _twisted.is_known_code(name, function) else None

        if self.engine != "native":
            return {}
        made = known("DelayedCall.__init__")
        cancelled = known("ReactorBase._cancelCallLater")
        _recorder.set_delayed_calls(base.DelayedCall, made, vars(base), cancelled)
        self._undo.append(lambda: _recorder.set_delayed_calls(None, None, None, None))
        hooks = {
            "ReactorBase.callLater": ("reactor.callLater", "native.callLater"),
            "DelayedCall.cancel": ("reactor.cancel", "native.call.cancel"),
            "DelayedCall.reset": ("reactor.reset", "native.call.reset"),
        }
        native = dict(pair for name, pair in hooks.items() if known(name) is not None)
        idle = (
            *("DelayedCall.activate_delay", "DelayedCall.__lt__"),
            *("ReactorBase._insertNewDelayedCalls", "ReactorBase.runUntilCurrent"),
        )
        activate_delay, less_than, insert, turn = (known(name) for name in idle)
        if (
            None not in (activate_delay, less_than, insert, turn)
            and base.heappush is heapq.heappush
        ):
            _recorder.set_idle_turns(
                base.DelayedCall, activate_delay, less_than, insert, vars(base), base.heappush
            )
            self._undo.append(lambda: _recorder.set_idle_turns(None, None, None, None, None, None))
            native["reactor.runUntilCurrent"] = "native.runUntilCurrent"
        return native

    def _watch_called(self, delayed_call: Any) -> None:
        """The reactor sets `called` just before it makes a call."""
        if "called" in vars(delayed_call):  # in no known release
            return
        flag = _recorder.called_flag()
        delayed_call.called = flag

        def undo() -> None:
            if vars(delayed_call).get("called") is flag:
                del delayed_call.called

        self._undo.append(undo)

    def _redirect_succeed(self, succeed: types.FunctionType) -> None:
        code = succeed.__code__
        original = types.FunctionType(
            code, succeed.__globals__, succeed.__name__, succeed.__defaults__
        )
        stand_in = _recorder.native_function("native.succeed", original)
        (argument,) = code.co_varnames[:1]
        # Debug mode shows the line: the one at which the function makes the Deferred.
        below = _twisted.call_after(succeed, "Deferred").line - code.co_firstlineno
        newlines = "\n" * max(below, 1)
        text = f"def redirected({argument}):{newlines} return 'stand_in'({argument})"
        self._redirect(succeed, text, stand_in)

    def _redirect_maybe_deferred(self, defer: Any) -> None:
        """The call stays Python's, in the same line; what comes of most results is native.

        So Failures have the same frames, and the callable the same one above it. What the native
        function answers None to is done as before, in the lines in which it was.
        """
        first = defer.maybeDeferred.__code__.co_firstlineno
        calls = _twisted.call_after(defer.maybeDeferred, "f").line - first
        succeeds = _twisted.call_after(defer.maybeDeferred, "succeed").line - first
        if succeeds - calls != 29:  # as in all releases that are known
            return
        text = "\n".join(
            (
                "def redirected(f, *args, **kwargs):" + "\n" * (calls - 2),
                "    try:",
                "        result = f(*args, **kwargs)",
                "    except BaseException:",
                "        return fail(Failure(captureVars=Deferred.debug))",
                "    returned = 'stand_in'(result)",
                "    if returned is not None: return returned",
                "    del returned",
                "    if isinstance(result, Failure):",
                "        return fail(result)",
                "    if type(result) is CoroutineType:" + "\n" * 17,
                "        return Deferred.fromCoroutine(result)" + "\n" * 2,
                "    return succeed(result)",
            )
        )
        stand_in = _recorder.native_function("native.maybeDeferred", defer.succeed)
        self._redirect(defer.maybeDeferred, text, stand_in)

    def _redirect(self, function: types.FunctionType, text: str, stand_in: object) -> None:
        """Give a module's function other code, for those who imported it by name already.

        The function object stays. The code is that of `text`, with `stand_in` for 'stand_in'.
        """
        original_code = function.__code__
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            compiled = compile(text, original_code.co_filename, "exec").co_consts[0]
        constants = tuple(stand_in if each == "stand_in" else each for each in compiled.co_consts)
        names = {"co_name": original_code.co_name}
        if sys.version_info >= (3, 11):
            names["co_qualname"] = original_code.co_qualname
        # Lines are counted from the first one, where the decorators are.
        function.__code__ = compiled.replace(
            co_consts=constants, co_firstlineno=original_code.co_firstlineno, **names
        )
        redirected = function.__code__

        def undo() -> None:
            if function.__code__ is redirected:
                function.__code__ = original_code

        self._undo.append(undo)

    def _when_imported(self, module: str, hooks: list[Hook]) -> None:
        def install(imported: types.ModuleType) -> None:
            native = self._native_delayed_calls(imported) if module == _BASE else {}
            for class_name, method, hook in hooks:
                hook = native.get(hook, hook)
                owner = getattr(imported, class_name, None)
                if owner is not None and method in vars(owner):
                    self._replace(owner, method, hook)
            if module == _BASE:
                self._watch_called(imported.DelayedCall)
            for class_name in WATCHED.get(module, ()):
                watched = getattr(imported, class_name, None)
                if watched is not None:
                    self._undo.append(functools.partial(_recorder.unhook_finalizers, watched))

        self._undo.append(_imports.when_imported(module, install))


_BASE = "twisted.internet.base"

_TRAITS = (
    "isinstance_checks",
    "add_by_add_callbacks",
    "asserts_callable",
    "asserts_not_deferred",
    "errback_may_be_none",
    "clears_canceller",
    "cleans_failure",
    "failure_keeps_stack",
)


def _debug_stack_reader(deferred: Any) -> Callable[[bool], list[str]]:
    """A function that gives the text Twisted's debug mode keeps: the stack below Deferred's.

    _startRunCallbacks takes itself and its caller off, who is callback() or errback() mostly, but
    whoever it is.
    """
    own = {getattr(deferred, name).__code__ for name in _twisted.REPLACED}

    def debug_stack(started: bool) -> list[str]:
        caller = frame = sys._getframe(1) if _has_caller() else None
        while frame is not None and frame.f_code in own:
            frame = frame.f_back
        stack = traceback.format_stack(frame) if frame is not None else []
        return stack[:-1] if started and frame is caller else stack

    return debug_stack


def _has_caller() -> bool:
    try:
        sys._getframe(2)
    except ValueError:
        return False
    return True
