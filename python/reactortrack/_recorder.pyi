# SPDX-License-Identifier: MIT
"""The C++ recorder (recorder/module.cc). Private: the package is its only user."""

from collections.abc import Sequence
from types import CodeType, ModuleType
from typing import Any, Callable

version: str

def start(
    path: str, stack_depth: int, values: bool, facts: dict[str, str], ring_bytes: int = 0
) -> str:
    """Begin a recording at `path`; return the path that was taken. Raises OSError.

    ring_bytes: keep the newest events only, in segments of so many bytes together; 0: all.
    """

def stop(at_exit: bool) -> None:
    """End the recording: complete, if it was not cut short before. No effect when off."""

class Monitor:
    """Reads the recording in progress and gives JSON lines of some Deferreds."""

    def __new__(cls, follow: bool) -> Monitor: ...
    def track(self, deferred: Any) -> None: ...
    def drain(self, lines: list[str]) -> int: ...
    def detach(self) -> None: ...

def is_on() -> bool: ...
def lost_count() -> int: ...
def path() -> str: ...
def trouble() -> str:
    """What was wrong with the file at the end of the recording; "" for nothing."""

def dump(path: str, before_s: float, after_s: float, /) -> tuple[str, str]:
    """Where the dump is, or "", and what went wrong, or ""."""

def mark(text: str) -> None: ...
def serial(deferred: object) -> int | None:
    """The number of a Deferred in the recording, or None when it is not known."""

def native_function(name: str, original: Any) -> Any:
    """A C++ function that stands in for `original`. ValueError for an unknown name."""

def original_of(function: object) -> Any:
    """What a native function stands in for; None for any other object."""

def set_twisted(**objects: Any) -> None: ...
def set_engine(
    *,
    traits: dict[str, bool],
    via: Sequence[Sequence[tuple[CodeType, int, int]]],
    run_code: CodeType,
    run_globals: dict[str, Any],
    run_last_instruction: int,
    run_line: int,
    warn_instruction: int,
    warn_line: int,
    debug_info_class: type,
    failure_class: type,
    none_keywords: Any,
    warn_about_function: Callable[..., Any],
    debug_stack: Callable[[bool], list[str]],
) -> None: ...
def set_dispatch(*functions: Any) -> None: ...
def set_driver(
    *,
    isinstance_checks: bool,
    drives_yielded: bool,
    plain_status: bool,
    status_class: type,
    return_class: type,
    canceller_code: CodeType,
    inline_callbacks: Any,
    cancellable: Any,
    got_result: Any,
    places: dict[str, tuple[CodeType, int, int]],
) -> None: ...
def set_delayed_calls(
    delayed_call: type | None, init: Any, module: dict[str, Any] | None, count_cancelled: Any, /
) -> None: ...
def set_idle_turns(
    delayed_call: type | None,
    activate_delay: Any,
    less_than: Any,
    insert: Any,
    module: dict[str, Any] | None,
    heappush: Any,
    /,
) -> None: ...
def set_log_context(
    *,
    log: ModuleType,
    context: ModuleType,
    call: Any,
    get: Any,
    tracker: Any,
    current_context: Any,
    get_context: Any,
    call_with_context: Any,
    places: tuple[tuple[CodeType, int, int], ...],
) -> None: ...
def called_flag() -> Any:
    """A descriptor for DelayedCall's `called`, which sees the beginning of a call."""

def install_slots(deferred: type, /) -> None: ...
def unhook_finalizers(cls: type, /) -> None: ...
