# SPDX-License-Identifier: MIT
"""Reactor Track shows what the Deferreds of a Twisted program are doing.

    import reactortrack

    with reactortrack.record("app.rtlog"):
        reactor.run()

or, with no change to the program, from a shell: `reactortrack run app.py`. The commands
`reactortrack events`, `summary` and `show` read the recording.

PYTEST_DONT_REWRITE: `run` imports the package first, which pytest would warn of as it is a plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reactortrack._describe import describe
    from reactortrack._flight import dump
    from reactortrack._record import Recording, mark, record

__all__ = ["Recording", "describe", "dump", "mark", "record"]


def __getattr__(name: str) -> Any:
    """Import what is asked for: pytest loads this package for its plugin, in every session."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from reactortrack import _describe, _flight, _record

    homes = {"describe": _describe, "dump": _flight}
    value = getattr(homes.get(name, _record), name)
    globals()[name] = value
    return value
