# SPDX-License-Identifier: MIT
"""No room includes or imports another without an arrow in arrows.py, and the check itself works."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import arrows
import pytest

CPP = (".h", ".cc", ".c")
TYPESCRIPT = (".ts", ".tsx")


def _text(path: Path) -> str:
    return (arrows.ROOT / path).read_text(encoding="utf-8")


def _list(violations: Iterable[str]) -> str:
    return "\n".join(violations)


def test_cpp_rooms_include_only_along_arrows() -> None:
    found = [v for path in arrows.sources(*CPP) for v in arrows.cpp_violations(path, _text(path))]
    assert not found, _list(found)


def test_python_rooms_import_only_along_arrows() -> None:
    found = [
        v for path in arrows.sources(".py") for v in arrows.python_violations(path, _text(path))
    ]
    assert not found, _list(found)


def test_typescript_rooms_import_only_along_arrows() -> None:
    files = arrows.sources(*TYPESCRIPT)
    found = [v for path in files for v in arrows.typescript_violations(path, _text(path))]
    assert not found, _list(found)


def test_type_stubs_name_no_foreign_package() -> None:
    found = [v for p in arrows.sources(".pyi") for v in arrows.python_violations(p, _text(p))]
    assert not found, _list(found)


def test_no_room_is_named_for_nothing() -> None:
    every_file = arrows.sources("")
    found = [v for path in every_file for v in arrows.nameless_violations(path)]
    assert not found, _list(found)


def test_arrows_of_the_path_never_turn_back() -> None:
    """Sorting the C++ rooms by their arrows ends: there is no cycle."""
    left = {name: set(others) for name, others in arrows.CPP_ARROWS.items()}
    while left:
        free = {name for name, others in left.items() if not others & left.keys()}
        assert free, f"a cycle among {sorted(left)}"
        left = {name: others for name, others in left.items() if name not in free}


def test_the_check_sees_the_sources() -> None:
    """Every room that exists is walked, so that an empty walk can't pass for a clean one."""
    seen = {arrows.room(path, arrows.CPP_ARROWS) for path in arrows.sources(*CPP)}
    assert {"core/event", "core/log", "core/replay", "recorder", "cli"} <= seen
    seen = {arrows.room(path, arrows.PYTHON_ARROWS) for path in arrows.sources(".py")}
    assert {"python/reactortrack", "python/tests", "tests/journeys", "examples", "tools"} <= seen
    seen = {arrows.room(path, arrows.TYPESCRIPT_ARROWS) for path in arrows.sources(*TYPESCRIPT)}
    assert {"viewer", "viewer/src/core", "viewer/src/session"} <= seen


@pytest.mark.parametrize(
    ("path", "include"),
    [
        ("core/event/names.h", '"core/log/writer.h"'),  # against the path's direction
        ("core/log/reader.cc", '"core/replay/model.h"'),
        ("core/treemap/layout.cc", '"core/event/event.h"'),  # knows rectangles only
        ("core/raster/paint.h", '"core/replay/model.h"'),
        ("core/log/reader.h", "<Python.h>"),
        ("cli/main.cc", "<Python.h>"),
        ("cli/main.cc", '"frameobject.h"'),
        ("core/log/reader.cc", "<fstream>"),
        ("core/log/writer.cc", "<sys/mman.h>"),
        ("core/replay/model.cc", "<chrono>"),
        ("core/log/reader.cc", '"core/log/sample_recording.h"'),  # is there for tests only
        ("recorder/module.cc", '"core/replay/model.h"'),
        ("recorder/module.cc", '"cli/terminal.h"'),  # edges never see each other
        ("cli/run.cc", '"recorder/mapping.h"'),
        ("wasm/exports.cc", '"cli/terminal.h"'),
        ("cli/run.cc", '"text.h"'),  # not from the root
        ("cli/run.cc", "<core/log/source.h>"),
        ("core/network/socket.cc", "<vector>"),  # a room nobody has drawn
    ],
)
def test_a_forbidden_include_is_caught(path: str, include: str) -> None:
    assert arrows.cpp_violations(Path(path), f"// what it is\n  # include {include}\n")


@pytest.mark.parametrize(
    ("path", "include"),
    [
        ("core/log/writer.cc", '"core/event/event.h"'),
        ("core/log/writer.cc", '"core/log/writer.h"'),
        ("core/log/format_test.cc", "<fstream>"),  # a test reads the document it checks
        ("core/log/reader_test.cc", '"core/log/sample_recording.h"'),
        ("core/replay/model.h", "<vector>"),
        ("recorder/module.cc", "<Python.h>"),
        ("recorder/file.cc", "<sys/mman.h>"),
        ("cli/main.cc", '"core/replay/model.h"'),
    ],
)
def test_an_allowed_include_is_not_caught(path: str, include: str) -> None:
    assert arrows.cpp_violations(Path(path), f"#include {include}\n") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("python/reactortrack/monitor.py", "import twisted"),  # not while it is imported
        ("python/reactortrack/monitor.py", "class M:\n  from twisted.internet import defer"),
        ("python/reactortrack/monitor.py", "if True:\n  import zope.interface"),
        ("python/reactortrack/monitor.py", "def f():\n  import requests"),
        ("python/reactortrack/monitor.py", "import pytest"),
        ("examples/example.py", "from reactortrack import _recorder"),
        ("examples/example.py", "import reactortrack._recorder"),
        ("tests/journeys/test_run.py", "from reactortrack._recorder import start"),
        ("tools/run_tests.py", "import twisted"),
        ("nowhere/thing.py", "import os"),
    ],
)
def test_a_forbidden_import_is_caught(path: str, text: str) -> None:
    assert arrows.python_violations(Path(path), text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("python/reactortrack/monitor.py", "import os.path, json"),
        ("python/reactortrack/monitor.py", "from . import _recorder"),
        ("python/reactortrack/monitor.py", "from reactortrack import _recorder"),
        ("python/reactortrack/monitor.py", "def f():\n  from twisted.internet import defer"),
        (
            "python/reactortrack/monitor.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  import twisted",
        ),
        ("examples/example.py", "from reactortrack.monitor import JSONMonitor"),
        ("examples/example.py", "from __future__ import annotations"),
    ],
)
def test_an_allowed_import_is_not_caught(path: str, text: str) -> None:
    assert arrows.python_violations(Path(path), text) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("viewer/src/core/client.ts", "import { Session } from '../session/session';"),
        ("viewer/src/core/client.ts", "import { useState } from 'react';"),
        ("viewer/src/session/hooks.ts", "export * from '../panels/menus';"),
        ("viewer/src/canvas/paint.ts", "import { Session } from '../session/session';"),
        ("viewer/src/canvas/paint.ts", "import type { Panel } from '../panels/panel';"),
        ("viewer/src/panels/menus.tsx", "import {\n  a,\n  b,\n} from '../core/client';"),
        ("viewer/src/panels/menus.tsx", "const late = await import('../core/client');"),
        ("viewer/src/panels/menus.tsx", "import { createRoot } from 'react-dom/client';"),
        ("viewer/src/core/client.ts", "import { readFile } from 'node:fs/promises';"),
        ("viewer/src/page/page.tsx", "import '../../../core/thing';"),
        ("viewer/src/nowhere/page.tsx/../../../../x/a.ts", "import './b';"),
    ],
)
def test_a_forbidden_typescript_import_is_caught(path: str, text: str) -> None:
    assert arrows.typescript_violations(Path(path), text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("viewer/src/session/hooks.ts", "import type { Questions } from '../core/answers';"),
        ("viewer/src/session/hooks.ts", "import { useState } from 'react';"),
        ("viewer/src/canvas/paint.ts", "import type { Zoom } from '../session/state';"),
        ("viewer/src/panels/menus.tsx", "import { COMMANDS } from '../session';"),
        ("viewer/src/panels/menus.tsx", "import { Menu } from '@base-ui/react/menu';"),
        ("viewer/src/page/main.tsx", "import { createRoot } from 'react-dom/client';"),
        ("viewer/src/core/client.test.ts", "import { readFile } from 'node:fs/promises';"),
        ("viewer/src/core/client.ts", "import { duration } from './time';"),
    ],
)
def test_an_allowed_typescript_import_is_not_caught(path: str, text: str) -> None:
    assert arrows.typescript_violations(Path(path), text) == []


@pytest.mark.parametrize("path", ["core/utils/text.h", "cli/helpers.cc", "python/common/a.py"])
def test_a_name_that_says_nothing_is_caught(path: str) -> None:
    assert arrows.nameless_violations(Path(path))
