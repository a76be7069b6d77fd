# SPDX-License-Identifier: MIT
"""Runs what the pages of docs/ show, and puts in what it printed.

    python tools/rerun_docs.py docs/commands.md docs/questions/*.md     rewrites the pages
    python tools/rerun_docs.py --check docs/commands.md                 compares, changes nothing

The commands of a page run one after the other in a folder `shop` of their own, with the programs
that the page names. What the tool looks at:

    <!-- program: stuck.py -->     shows docs/programs/stuck.py, from its second line
    <!-- run: COMMAND -->          is run, and not shown
    <!-- varies -->                what the next block prints is not compared
    ```console                     lines behind `$ ` are run; what follows is their output
    ```text                        is left as it is

--check compares without what differs from run to run: times, sizes, counts, addresses, and where
lines are broken. The exit status is 1 when a page is not what its commands print.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "docs" / "programs"

_PROGRAM = re.compile(r"<!-- program: (\S+) -->")
_VARIES = re.compile(r"<!-- varies -->\n+```console.*?\n```", re.DOTALL)
_RUN = re.compile(r"<!-- run: (.*) -->")


class Page:
    """A page as it was read, and as its commands make it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.before = path.read_text().splitlines()
        self.after: list[str] = []

    def rerun(self, folder: Path) -> None:
        for name in _PROGRAM.findall("\n".join(self.before)):
            (folder / name).write_text("\n".join([*_program(name), ""]))
        lines = iter(self.before)
        for line in lines:
            self.after.append(line)
            if run := _RUN.fullmatch(line):
                _output(run[1], folder)
            elif program := _PROGRAM.fullmatch(line):
                self._show(program[1], lines)
            elif line == "```console":
                self._console(lines, folder)

    def _show(self, name: str, lines: Iterator[str]) -> None:
        self.after += ["", "```python", *_program(name), "```"]
        for line in lines:
            if line == "```":
                return

    def _console(self, lines: Iterator[str], folder: Path) -> None:
        for line in lines:
            if line == "```":
                self.after.append(line)
                return
            if line.startswith("$ "):
                self.after += [line, *_output(line[2:], folder)]

    def difference(self) -> list[str]:
        """What differs, with words around it; nothing when only that differs which always does."""
        before, after = (list(_stable(each)) for each in (self.before, self.after))
        told = []
        for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
            if what != "equal":
                told.append(f"  page:     {' '.join(before[max(0, a - 6) : b + 3])}")
                told.append(f"  commands: {' '.join(after[max(0, c - 6) : d + 3])}")
        return told


def _program(name: str) -> list[str]:
    """Its lines as they are shown and run: without the licence, so that their numbers agree."""
    return (PROGRAMS / name).read_text().splitlines()[1:]


def _output(command: str, folder: Path) -> list[str]:
    """What a person sees: both streams."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", "PROGRAMS": str(PROGRAMS)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    text = done.stdout.decode(errors="replace").replace(str(folder.parent), "/home/me")
    text = text.replace(sys.prefix, "/home/me/venv")
    return [line.rstrip() for line in text.splitlines()]


def _stable(lines: list[str]) -> Iterator[str]:
    """The words of a page that are the same in every run."""
    text = _VARIES.sub("", "\n".join(lines))
    text = re.sub(r"0x[0-9a-f]+", "ADDRESS", text)
    text = re.sub(r"#\d{3,}", "#MANY", text)
    text = re.sub(r"((?:twisted|_pytest|unittest|pytest_twisted)/\S+\.py):\d+", r"\1:LINE", text)
    text = re.sub(r"(?<![#:\w])\d[\d,.]*(?: (?:min|ns|us|ms|s)\b)*", "NUMBER", text)
    text = re.sub(r"(?<!\w)NUMBER(?: NUMBER)+", "NUMBER", text)
    text = re.sub(r"[-_=~]{3,}", "---", text)
    yield from text.split()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    parser.add_argument("pages", nargs="+", type=Path)
    options = parser.parse_args()
    status = 0
    for path in options.pages:
        page = Page(path)
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "shop"
            folder.mkdir()
            page.rerun(folder)
        if options.check:
            difference = page.difference()
            print(f"{path}: {'differs' if difference else 'is what its commands print'}")
            print(*difference, sep="\n", end="\n" if difference else "")
            status |= bool(difference)
        else:
            path.write_text("\n".join(page.after) + "\n")
            print(f"{path}: written")
    return status


if __name__ == "__main__":
    sys.exit(main())
