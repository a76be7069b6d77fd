# SPDX-License-Identifier: MIT
"""A sample of `make kill-test`: kill -9 at random moments, of a file and of a ring."""

from __future__ import annotations

import pytest
from kill_test import one

SAMPLE = 6


@pytest.mark.parametrize("way", ["stream", "ring"])
def test_nothing_appended_before_a_kill_is_missing(way: str) -> None:
    assert sum(one(1000 + number, way, 0.5) for number in range(SAMPLE)) > 0
