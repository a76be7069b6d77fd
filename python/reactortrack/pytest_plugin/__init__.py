# SPDX-License-Identifier: MIT
"""The pytest plugin's options. Nothing else is imported unless `--reactortrack` is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("reactortrack", "recording what Deferreds do")
    group.addoption(
        "--reactortrack",
        action="store_true",
        help="record all tests; a failed one shows who waited, and what was found in it",
    )
    group.addoption(
        "--reactortrack-output",
        metavar="FILE",
        help="where to record (reactortrack-pytest.rtlog); implies --reactortrack",
    )
    group.addoption(
        "--reactortrack-strict",
        action="store_true",
        help="fail a test that leaves a pending Deferred, a failure that nobody handled or a "
        "coroutine that was never awaited; implies --reactortrack",
    )


def pytest_configure(config: pytest.Config) -> None:
    option = config.getoption
    wanted = ("reactortrack", "reactortrack_output", "reactortrack_strict")
    if any(option(name, default=None) for name in wanted):
        from reactortrack.pytest_plugin.session import begin

        begin(config)
