# SPDX-License-Identifier: MIT
"""Calling back when a module has been imported, without importing it."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable

_Call = Callable[[ModuleType], None]


def _tell(call: _Call, module: ModuleType) -> None:
    """The import is the program's: what goes wrong in a call is said, and not raised into it."""
    try:
        call(module)
    except Exception as error:
        with contextlib.suppress(OSError, ValueError, AttributeError):  # no stderr, or a closed one
            print(
                f"reactortrack: {module.__name__} is not watched as it should be:"
                f" {type(error).__name__}: {error}",
                file=sys.stderr,
            )


class _Watcher(MetaPathFinder):
    """Stands first in sys.meta_path, finds nothing itself, and looks over the loader's shoulder."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[_Call]] = {}
        self._finding: set[str] = set()

    def take(self, name: str) -> list[_Call]:
        """The calls that wait for a module, no longer waiting; without any the watcher goes."""
        calls = self.waiting.pop(name, [])
        if not self.waiting and self in sys.meta_path:
            sys.meta_path.remove(self)
        return calls

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self.waiting or name in self._finding:
            return None
        self._finding.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._finding.discard(name)
        if spec is not None and spec.loader is not None:
            self._follow(name, spec.loader)
        return spec

    def _follow(self, name: str, loader: Any) -> None:
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            if module.__name__ != name:
                return
            vars(loader).pop("exec_module", None)
            for call in self.take(name):
                _tell(call, module)

        # A loader without attributes of its own loads no module that is of interest here.
        with contextlib.suppress(AttributeError):
            loader.exec_module = exec_module


class _Unfinished(ModuleSpec):
    """The spec of a module that was being imported when somebody asked for it.

    Its loader was chosen before the watcher could look over its shoulder. The import system says
    that it is done by setting `_initializing` to False; then the spec is a plain one again.
    """

    @property
    def _initializing(self) -> bool:
        return bool(vars(self).get("_initializing"))

    @_initializing.setter
    def _initializing(self, value: bool) -> None:
        vars(self)["_initializing"] = value
        if value:
            return
        self.__class__ = ModuleSpec  # type: ignore[assignment]
        module = sys.modules.get(self.name)
        # Without the module its import has failed; it may be tried again.
        if module is not None:
            for call in _watcher.take(self.name):
                _tell(call, module)


_watcher = _Watcher()


def when_imported(name: str, call: _Call) -> Callable[[], None]:
    """Call `call(module)` once module `name` has been imported; at once if it has been already.

    Returns a function that takes the request back.
    """
    module = sys.modules.get(name)
    # A module that is being imported right now is in sys.modules, too, but not finished.
    if module is not None and not getattr(module.__spec__, "_initializing", False):
        call(module)
        return lambda: None
    if module is not None and type(module.__spec__) is ModuleSpec:
        module.__spec__.__class__ = _Unfinished
    if _watcher not in sys.meta_path:
        sys.meta_path.insert(0, _watcher)
    _watcher.waiting.setdefault(name, []).append(call)

    def forget() -> None:
        calls = _watcher.waiting.get(name, [])
        if call in calls:
            calls.remove(call)
        if not calls:
            _watcher.take(name)

    return forget
