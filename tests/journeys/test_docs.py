# SPDX-License-Identifier: MIT
"""The pages that show commands show what these print: tools/rerun_docs.py runs them again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "rerun_docs.py"
PAGES = [
    page
    for page in [ROOT / "docs" / "commands.md", *sorted((ROOT / "docs" / "questions").glob("*.md"))]
    if "```console" in page.read_text()
]


def check(page: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, TOOL, "--check", page]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_page_is_what_its_commands_print(page: Path, can_record: bool) -> None:
    done = check(page)
    assert done.returncode == 0, done.stdout + done.stderr


def test_page_that_says_something_else_is_noticed(can_record: bool, tmp_path: Path) -> None:
    page = tmp_path / "lock.md"
    text = (ROOT / "docs" / "questions" / "lock.md").read_text()
    page.write_text(text.replace("2 acquirers wait", "No acquirer waits", 1))
    done = check(page)
    assert done.returncode == 1
    assert "No acquirer waits" in done.stdout


def test_every_question_has_its_page() -> None:
    folder = ROOT / "docs" / "questions"
    index = (folder / "README.md").read_text()
    pages = {page.name for page in folder.glob("*.md")} - {"README.md"}
    assert len(pages) == 10
    for page in pages:
        title = (folder / page).read_text().splitlines()[0].removeprefix("# ")
        assert f"[{title}]({page})" in index
