# SPDX-License-Identifier: MIT
"""The text that events, summary and show print, compared with golden files beside the recordings.

REACTORTRACK_UPDATE_GOLDEN=1 pytest tests/journeys/test_text.py     makes them anew: read the diff
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from conftest import RECORDINGS, Output

CASES = [
    ("shop", "events"),
    ("shop", "events --all"),
    ("shop", "events --json"),
    ("shop", "events --deferred 3"),
    ("shop", "events --kind failure,finished"),
    ("shop", "events --limit 3"),
    ("shop", "summary"),
    ("shop", "summary --json"),
    ("shop", "show 1"),
    ("shop", "show #3"),
    ("shop", "show 0x7f0050"),
    ("shop", "show --json 1"),
    ("shop", "show 99"),
    ("shop", "show fetch"),
    ("killed", "events --kind mark"),
    ("killed", "summary"),
    ("damaged", "events --kind mark"),
    ("damaged", "summary --top 1"),
    ("empty", "events"),
    ("rare", "events --all"),
    ("rare", "summary"),
    ("rare", "show 1"),
    ("rare", "show 2"),
    ("rare", "show --json 2"),
]


def as_text(command: str, output: Output) -> str:
    """What a person at a terminal would see, with the streams told apart."""
    return (
        f"$ reactortrack {command}\n{output.out}"
        f"-- on stderr, exit status {output.status}\n{output.err}"
    )


@pytest.mark.parametrize(("name", "command"), CASES, ids=[f"{n} {c}" for n, c in CASES])
def test_text_is_golden(
    call: Callable[..., Output], recording: Callable[[str], str], name: str, command: str
) -> None:
    file = recording(name)
    verb, *rest = command.split()
    options = [word for word in rest if word.startswith("--") or rest[0].startswith("--")]
    others = [word for word in rest if word not in options]
    words = [verb, *options, file, *others]
    if verb == "show" and options:
        words = [verb, options[0], file, *options[1:]]
    text = as_text(" ".join(words), call(*words))

    golden = RECORDINGS / (f"{name}-{command}".replace(" ", "_").replace("#", "") + ".txt")
    if os.environ.get("REACTORTRACK_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
