# SPDX-License-Identifier: MIT
"""Calls when a module has been imported, and what becomes of the import when one fails."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from reactortrack import _imports


@pytest.fixture
def name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "imported_by_a_test.py").write_text("answer = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "imported_by_a_test"
    sys.modules.pop("imported_by_a_test", None)


def test_the_module_is_finished_when_the_call_comes(name: str) -> None:
    seen: list[int] = []
    finders = list(sys.meta_path)
    _imports.when_imported(name, lambda module: seen.append(module.answer))
    importlib.import_module(name)
    assert seen == [42]
    assert sys.meta_path == finders, "nothing is waited for any more"


def test_what_a_call_raises_is_said_and_not_raised_into_the_program(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []

    def fails(module: ModuleType) -> None:
        raise AttributeError("no such slot")

    _imports.when_imported(name, fails)
    _imports.when_imported(name, lambda module: seen.append(module.__name__))
    assert importlib.import_module(name).answer == 42
    assert seen == [name], "the calls behind it are made"
    assert capsys.readouterr().err == (
        f"reactortrack: {name} is not watched as it should be: AttributeError: no such slot\n"
    )
