# SPDX-License-Identifier: MIT
"""Reactor Track shows what the Deferreds of a Twisted program are doing.

    import reactortrack

    with reactortrack.record("app.rtlog"):
        reactor.run()

or, with no change to the program, from a shell: `reactortrack run app.py`. The commands
`reactortrack events`, `summary` and `show` read the recording.
"""

from __future__ import annotations

from reactortrack._describe import describe
from reactortrack._record import Recording, mark, record

__all__ = ["Recording", "describe", "mark", "record"]
