# SPDX-License-Identifier: MIT
"""The arrows between the rooms of the project: who may include or import whom.

The tables below are the rule; ARCHITECTURE.md draws them. `cpp_violations`, `python_violations` and
`typescript_violations` read one file's text and say, one sentence each, what it may not do. A
folder that stands in no table is a violation as well: a new room needs its arrows written down
here.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_CORE = {
    "core/event": set[str](),
    "core/log": {"core/event"},
    "core/replay": {"core/event", "core/log"},
    # What people read of a recording: the words, lines and pages, as text and as JSON.
    "core/text": {"core/event", "core/log", "core/replay"},
    # Questions asked of a replay, answered in sentences.
    "core/analysis": {"core/event", "core/log", "core/replay", "core/text"},
    # These two know rectangles only; they have never heard of a Deferred.
    "core/treemap": set[str](),
    "core/raster": {"core/treemap"},
    # Where the two sides meet: a replay as tiles.
    "core/map": {
        "core/event", "core/log", "core/replay", "core/analysis", "core/text", "core/treemap",
        "core/raster",
    },
}  # fmt: skip
# Edges and what is built around the rooms. Edges never see each other: what they share is core.
CPP_ARROWS: dict[str, set[str]] = {
    **_CORE,
    "recorder": {"core/event", "core/log"},
    "cli": set(_CORE),
    "wasm": set(_CORE),
    "benchmarks": {*_CORE, "wasm"},
    "fuzz": {"core/event", "core/log", "core/replay"},
    "tests/recordings": {"core/event", "core/log"},
    "tests/agreement": {*_CORE, "wasm"},
}

# Core takes bytes and times as arguments: no files, clocks, threads, printing, exceptions. A header
# or `folder/` that brings one of them is closed to it, tests aside. What tests of core share is
# named here, and only tests may include it.
FOR_TESTS = {"core/log/sample_recording", "core/map/story_recording", "core/treemap/sample_trees"}
CLOSED_TO_CORE = {
    "chrono", "condition_variable", "csignal", "cstdio", "ctime", "exception", "fcntl.h",
    "filesystem", "format", "fstream", "future", "iomanip", "ios", "iostream", "istream", "mutex",
    "ostream", "pthread.h", "shared_mutex", "signal.h", "sstream", "stdexcept", "stdio.h", "sys/",
    "thread", "time.h", "unistd.h",
}  # fmt: skip

# What is reached through Python's include folder; only the recorder knows that Python exists.
_PYTHON_HEADER = re.compile(
    r"(?i:python)\.h|frameobject\.h|structmember\.h|pythread\.h|(?:cpython|internal)/.*|patchlevel\.h"
)

_INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)

# Python folders: the packages each may import besides the standard library and its own modules.
# `later` are those it may import only inside a function: `import reactortrack` must stay cheap, and
# works without Twisted.
PYTHON_ARROWS: dict[str, tuple[set[str], set[str]]] = {
    "python/reactortrack": ({"reactortrack"}, {"twisted", "zope"}),
    "python/reactortrack/pytest_plugin": ({"pytest", "reactortrack"}, {"twisted"}),
    "python/tests": ({"pytest", "reactortrack", "twisted", "zope"}, set()),
    "tests/journeys": ({"pytest", "reactortrack", "twisted"}, set()),
    "tests/browser": ({"twisted"}, set()),
    "tests/arrows": ({"pytest"}, set()),
    "tests/agreement": ({"pytest"}, set()),
    # Programs whose Deferreds go wrong, or just do not.
    "tests/cases": ({"scrapy", "twisted"}, set()),
    "tests/false_alarms": ({"klein", "scrapy", "treq", "twisted"}, set()),
    "docs/programs": ({"twisted"}, set()),
    # Random programs of Deferred operations, run plainly and recorded.
    "tests/conformance": ({"check_releases", "pytest", "reactortrack", "twisted", "zope"}, set()),
    "benchmarks": ({"reactortrack", "scrapy", "twisted", "viztracer"}, {"zope"}),
    "examples": ({"reactortrack", "scrapy", "twisted", "zope"}, set()),
    "tools": (set(), set()),
}
# Only these see the extension itself; all others use the package's public names.
SEES_RECORDER = {"python/reactortrack", "python/reactortrack/pytest_plugin", "python/tests"}

# The page: the rooms each room may import, and the npm packages besides its own files.
TYPESCRIPT_ARROWS: dict[str, tuple[set[str], set[str]]] = {
    "viewer/src/core": (set(), set()),
    "viewer/src/session": ({"viewer/src/core"}, {"react"}),
    # Paints numbers. Of the session it knows the types of what it is given, no more.
    "viewer/src/canvas": ({"viewer/src/core"}, set()),
    "viewer/src/panels": (
        {"viewer/src/session"}, {"react", "@base-ui/react", "react-resizable-panels"},
    ),
    "viewer/src/page": (
        {"viewer/src/core", "viewer/src/session", "viewer/src/canvas", "viewer/src/panels"},
        {"react", "react-dom"},
    ),
    # How it is built, and its tests in a browser.
    "viewer": (set(), {"vite", "vitest", "@vitejs/plugin-react"}),
    "viewer/browser": (set(), {"playwright-core", "axe-core", "vitest"}),
    "tests/browser": (set(), {"@playwright/test", "axe-core"}),
}  # fmt: skip
TYPES_ONLY = {("viewer/src/canvas", "viewer/src/session")}
# What tests may import as well, besides Node's own modules.
TYPESCRIPT_TESTS = {"vitest", "@testing-library/react", "@testing-library/dom", "axe-core"}
_TYPESCRIPT_IMPORT = re.compile(
    r"""^\s*(?:import|export)\s(?:(type\s)?[^'"();]*?\sfrom\s*|\s*)['"]([^'"]+)['"]"""
    r"""|\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]""",
    re.MULTILINE,
)

# A room is named for what it handles.
NAMELESS = {"common", "helper", "helpers", "misc", "shared", "util", "utils"}


def sources(*suffixes: str) -> Iterator[Path]:
    """The project's own files with these suffixes, relative to the root, in order."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in {"build", "dist", "node_modules"}
        )
        for name in sorted(names):
            if name.endswith(suffixes):
                yield (Path(folder) / name).relative_to(ROOT)


def room(path: Path, rooms: dict[str, set[str]] | dict[str, tuple[set[str], set[str]]]) -> str:
    """The longest of `rooms` that holds the path, or an empty text."""
    parents = [parent.as_posix() for parent in path.parents]
    return next((parent for parent in parents if parent in rooms), "")


def cpp_violations(path: Path, text: str) -> list[str]:
    """What a C or C++ file at `path` includes and may not."""
    own = room(path, CPP_ARROWS)
    if not own:
        return [f"{path}: its folder is no room of tests/arrows/arrows.py"]
    found = []
    for quoted, bracketed in _INCLUDE.findall(text):
        name = quoted or bracketed
        if _PYTHON_HEADER.fullmatch(name):
            if own != "recorder":
                found.append(f"{path}: includes {name}; only recorder/ knows Python")
        elif quoted:
            found += _quoted_violations(path, own, quoted)
        elif own in _CORE and not _is_for_tests(path) and _closed_to_core(bracketed):
            found.append(f"{path}: includes <{bracketed}>, which core does without")
        elif room(Path(bracketed), CPP_ARROWS):
            found.append(f"{path}: write the project's own {bracketed} in quotes")
    return found


def _quoted_violations(path: Path, own: str, name: str) -> list[str]:
    other = room(Path(name), CPP_ARROWS)
    if not other:
        return [f'{path}: "{name}" does not begin at the root with a known room']
    if own in _CORE and _is_for_tests(Path(name)) and not _is_for_tests(path):
        return [f"{path}: includes {name}, which is there for tests only"]
    if other != own and other not in CPP_ARROWS[own]:
        return [f"{path}: {own} includes {name}; there is no arrow from {own} to {other}"]
    return []


def _is_for_tests(path: Path) -> bool:
    return path.stem.endswith("_test") or path.with_suffix("").as_posix() in FOR_TESTS


def _closed_to_core(header: str) -> bool:
    return header in CLOSED_TO_CORE or header.split("/")[0] + "/" in CLOSED_TO_CORE


def python_violations(path: Path, text: str) -> list[str]:
    """What a Python file at `path` imports and may not, or not at that place."""
    own = room(path, PYTHON_ARROWS)
    if not own:
        return [f"{path}: its folder is no room of tests/arrows/arrows.py"]
    now, later = PYTHON_ARROWS[own]
    # Scripts and tests import the files beside them by their bare names; a package does not.
    files = (ROOT / path).parent.glob("*.py") if not own.startswith("python/reactortrack") else ()
    neighbours = {file.stem for file in files}
    found = []
    for line, module, at_import in _imports(ast.parse(text, str(path))):
        package = module.split(".")[0]
        where = f"{path}:{line}"
        if module.startswith("reactortrack._") and own not in SEES_RECORDER:
            found.append(f"{where}: imports {module}; {own} sees the package's public names only")
        elif package in STANDARD_LIBRARY or package in now or package in neighbours:
            continue
        elif package in later:
            if at_import:
                found.append(f"{where}: imports {module} at import; do it inside a function")
        else:
            found.append(f"{where}: {own} imports {module}; there is no such arrow")
    return found


def _imports(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """(line, dotted module, whether it happens when the file itself is imported)."""
    stack: list[tuple[ast.AST, bool]] = [(tree, True)]
    while stack:
        node, at_import = stack.pop()
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, at_import) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            # `from reactortrack import _recorder` names the module in its second half.
            private = [f"{module}.{a.name}" for a in node.names if a.name.startswith("_")]
            yield from ((node.lineno, name, at_import) for name in private or [module])
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            at_import = False
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            stack.extend((child, False) for child in node.body)
            stack.extend((child, at_import) for child in node.orelse)
        else:
            stack.extend((child, at_import) for child in ast.iter_child_nodes(node))


def typescript_violations(path: Path, text: str) -> list[str]:
    """What a TypeScript file at `path` imports and may not."""
    own = room(path, TYPESCRIPT_ARROWS)
    if not own:
        return [f"{path}: its folder is no room of tests/arrows/arrows.py"]
    is_test = ".test." in path.name
    found = []
    for type_only, static, dynamic in _TYPESCRIPT_IMPORT.findall(text):
        name = static or dynamic
        if name.startswith("."):
            target = Path(os.path.normpath(path.parent / name))
            other = room(target / "x", TYPESCRIPT_ARROWS)
            if other == own or other in TYPESCRIPT_ARROWS[own][0]:
                continue
            if type_only and (own, other) in TYPES_ONLY:
                continue
            found.append(f"{path}: {own} imports {name}; there is no arrow to {other or target}")
        elif not _package_is_open(name, own, is_test):
            found.append(f"{path}: {own} imports {name}; there is no such arrow")
    return found


def _package_is_open(name: str, own: str, is_test: bool) -> bool:
    if name.startswith("node:"):
        return is_test or own in {"viewer", "viewer/browser", "tests/browser"}
    package = "/".join(name.split("/")[: 2 if name.startswith("@") else 1])
    return package in TYPESCRIPT_ARROWS[own][1] or (is_test and package in TYPESCRIPT_TESTS)


def _standard_library() -> frozenset[str]:
    names = getattr(sys, "stdlib_module_names", None)  # 3.10 and newer
    if names is not None:
        return frozenset(names)
    stdlib = Path(sysconfig.get_path("stdlib"))
    files = [*stdlib.iterdir(), *(stdlib / "lib-dynload").iterdir()]
    return frozenset({file.name.split(".")[0] for file in files} | {*sys.builtin_module_names})


STANDARD_LIBRARY = _standard_library()


def nameless_violations(path: Path) -> list[str]:
    """Folders and files named for nothing in particular."""
    words = {*(part.lower() for part in path.parts[:-1]), path.stem.lower()} & NAMELESS
    return [f"{path}: '{word}' says nothing of what it handles" for word in sorted(words)]
