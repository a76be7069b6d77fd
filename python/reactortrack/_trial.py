# SPDX-License-Identifier: MIT
"""trial: marks around each test under `reactortrack run`, and its strict mode.

trial's results and output stay as they are: `run` reads the marks in the end, and says who waited
in the tests that failed. Only `run --strict` adds an error, to a test that leaves something behind.
"""

from __future__ import annotations

import functools
import sys
from types import ModuleType
from typing import Any, Callable

from reactortrack import _imports, _tests

_answers = _tests.Answers()
_hands_out_tests = False  # trial -j: this process runs none itself


def watch(report: Callable[[str, str], None], *, strict: bool) -> None:
    """Mark the tests that trial runs in this process, once it has been imported."""

    def hook(module: ModuleType) -> None:
        report("tests", "trial")
        _mark_results(module.TestResult)

    _imports.when_imported("twisted.trial.reporter", hook)
    _imports.when_imported("twisted.trial._dist.disttrial", _notice_handing_out)
    watch_cleanups()
    if strict:
        _imports.when_imported("twisted.trial._synctest", _check_each_test)


def watch_cleanups() -> None:
    """Mark where trial's TestCase begins to clean up after a test: it cancels delayed calls."""

    def hook(module: ModuleType) -> None:
        janitor: Any = getattr(module, "_Janitor", None)
        for name in ("postCaseCleanup", "postClassCleanup"):
            if hasattr(janitor, name):
                _before(janitor, name, lambda *_: _tests.body_over())

    _imports.when_imported("twisted.trial.util", hook)


def is_trial_test(item: Any) -> bool:
    """Whether a pytest item is a test of trial's TestCase, which fails for logged errors itself."""
    synctest = sys.modules.get("twisted.trial._synctest")
    case = getattr(synctest, "SynchronousTestCase", None)
    cls = getattr(item, "cls", None)
    return case is not None and isinstance(cls, type) and issubclass(cls, case)


def _before(cls: type, name: str, call: Callable[..., object]) -> None:
    """Let `call`, with the same arguments, run before a method. Once: a second time is ignored."""
    original = getattr(cls, name)
    if hasattr(original, "_reactortrack"):
        return

    @functools.wraps(original)
    def method(*arguments: Any, **named: Any) -> Any:
        call(*arguments, **named)
        return original(*arguments, **named)

    method._reactortrack = True  # type: ignore[attr-defined]
    setattr(cls, name, method)


def _notice_handing_out(module: ModuleType) -> None:
    def run(*_: Any, **named: Any) -> None:
        global _hands_out_tests
        _hands_out_tests = True

    for name in ("run", "runUntilFailure"):
        if hasattr(module.DistTrialRunner, name):
            _before(module.DistTrialRunner, name, run)


def _mark_results(result: type) -> None:
    def start(_: Any, test: Any, *more: Any) -> None:
        if not _hands_out_tests:
            _tests.started(_key(test), test.id())

    def fail(_: Any, test: Any, failure: Any, *more: Any) -> None:
        kind = getattr(failure, "type", None) or (failure[0] if type(failure) is tuple else None)
        _tests.failed(_key(test), kind)

    def stop(_: Any, test: Any, *more: Any) -> None:
        _tests.ended(_key(test), test.id())

    _before(result, "startTest", start)
    _before(result, "addError", fail)
    _before(result, "addFailure", fail)
    _before(result, "stopTest", stop)


def _key(test: Any) -> Any:
    """Tests reach a result as they are and as adapters; both have the same id()."""
    return test.id()


def _check_each_test(module: ModuleType) -> None:
    """trial asks for the errors logged in a test when all of it is over, and adds them to it."""
    observer: Any = module._LogObserver
    original = observer.getErrors

    @functools.wraps(original)
    def get_errors(self: Any) -> Any:
        errors = original(self)
        if errors or not _tests.is_well():
            return errors
        left = _tests.left_behind(_answers, collected_too=False)
        if not left:
            return errors
        from twisted.python.failure import Failure

        failure: Any = Failure
        return [*errors, failure(_tests.LeftBehind("\n".join(["", *left])))]

    observer.getErrors = get_errors
