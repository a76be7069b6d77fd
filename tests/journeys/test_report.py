# SPDX-License-Identifier: MIT
"""`reactortrack report`: one HTML file with the recording in it."""

from __future__ import annotations

import base64
import gzip
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Output

PAGE = "<!doctype html><title>page</title><p>before</p>\n<!-- reactortrack:data -->\n<p>after</p>\n"


@pytest.fixture
def report(call: Callable[..., Output], tmp_path: Path) -> Callable[..., Output]:
    (tmp_path / "page.html").write_text(PAGE)
    return lambda *words, **more: call("report", *words, REACTORTRACK_PAGE_FILE="page.html", **more)


def data_of(html: str) -> tuple[bytes, dict[str, str]]:
    """The recording inside a page, and the attributes of its first element."""
    elements = re.findall(
        r'<script type="text/plain" class="rt-data"([^>]*)>([A-Za-z0-9+/=]*)</script>', html
    )
    packed = b"".join(base64.b64decode(text, validate=True) for _, text in elements)
    attributes = dict(re.findall(r' data-([a-z]+)="([^"]*)"', elements[0][0]))
    for name in {"name", "title", "note"} & attributes.keys():
        attributes[name] = base64.b64decode(attributes[name]).decode()
    return gzip.decompress(packed), attributes


def test_the_page_holds_the_recording(
    report: Callable[..., Output], recording: Callable[[str], str], tmp_path: Path
) -> None:
    done = report(recording("shop"), "-o", "out.html")
    assert done.status == 0
    assert done.out == ""
    assert "shop.rtlog: complete, 37 events in 1.800 s\n" in done.err
    assert re.search(r"reactortrack: out\.html: [0-9.]+ (bytes|kB)\n", done.err)
    html = (tmp_path / "out.html").read_text()
    data, attributes = data_of(html)
    assert data == (tmp_path / "shop.rtlog").read_bytes()
    assert attributes == {"name": "shop.rtlog", "size": str(len(data))}
    before, after = PAGE.split("<!--")
    assert html.startswith(before)
    assert html.endswith("<!--" + after)


def test_title_event_and_name_are_handed_on(
    report: Callable[..., Output], recording: Callable[[str], str], tmp_path: Path
) -> None:
    title = "</script><script>alert('é')</script>"
    name = '"><b>.rtlog'
    (tmp_path / recording("shop")).rename(tmp_path / name)
    assert report(name, "-o", "out.html", "--title", title, "--at", "12").status == 0
    html = (tmp_path / "out.html").read_text()
    _, attributes = data_of(html)
    assert attributes["title"] == title
    assert attributes["name"] == name
    assert attributes["event"] == "12"
    assert "alert" not in html
    assert "<b>" not in html


def test_writes_to_standard_output_and_reads_standard_input(
    report: Callable[..., Output], recording: Callable[[str], str], tmp_path: Path
) -> None:
    data = (tmp_path / recording("shop")).read_bytes()
    done = report("-", "-o", "-", input=data)
    assert done.status == 0
    assert data_of(done.out)[0] == data


def test_lines_of_2013_are_handed_on_as_they_are(
    report: Callable[..., Output], tmp_path: Path
) -> None:
    line = '{"action": "attached", "deferred": 25657144, "errback": null, "callback": "f"}\n'
    (tmp_path / "mon.out").write_text(line)
    assert report("mon.out", "-o", "out.html").status == 0
    assert data_of((tmp_path / "out.html").read_text())[0].decode() == line


def test_a_killed_programs_recording_is_cut_to_what_was_written(
    report: Callable[..., Output], recording: Callable[[str], str], tmp_path: Path
) -> None:
    path = tmp_path / recording("killed")
    written = path.read_bytes().rstrip(b"\0")
    path.write_bytes(written + bytes(1_000_000))
    done = report("killed.rtlog", "-o", "out.html")
    assert done.status == 0
    assert "killed.rtlog: truncated, 36 events" in done.err
    assert data_of((tmp_path / "out.html").read_text())[0] == written


def test_a_damaged_one_is_shown_up_to_the_damage(
    report: Callable[..., Output], recording: Callable[[str], str], tmp_path: Path
) -> None:
    done = report(recording("damaged"), "-o", "out.html")
    assert done.status == 0
    assert "damaged.rtlog, byte 1081: event kind 77 is unknown" in done.err
    assert (tmp_path / "out.html").exists()


@pytest.mark.parametrize(
    ("window", "kept"),
    [
        (["--events", "30:"], 8),
        (["--events", ":10"], 10),
        (["--events", "5:9"], 5),
        (["--last", "0.5s"], None),
    ],
)
def test_a_window_is_a_recording_of_its_own(
    report: Callable[..., Output],
    call: Callable[..., Output],
    recording: Callable[[str], str],
    tmp_path: Path,
    window: list[str],
    kept: int | None,
) -> None:
    done = report(recording("shop"), "-o", "out.html", *window)
    assert done.status == 0
    data, attributes = data_of((tmp_path / "out.html").read_text())
    match = re.match(r"a window: (\d+) of 37 events", attributes["note"])
    assert match
    assert kept is None or int(match[1]) == kept
    assert attributes["note"] in done.err
    (tmp_path / "window.rtlog").write_bytes(data)
    summary = call("summary", "window.rtlog")
    assert summary.status == 0
    assert "window.rtlog: complete" in summary.err


def test_what_hangs_at_the_end_hangs_in_the_window_too(
    report: Callable[..., Output],
    call: Callable[..., Output],
    recording: Callable[[str], str],
    tmp_path: Path,
) -> None:
    file = recording("shop")
    assert report(file, "-o", "out.html", "--last", "0").status == 0
    (tmp_path / "window.rtlog").write_bytes(data_of((tmp_path / "out.html").read_text())[0])

    def waiting(name: str) -> list[str]:
        text = call("summary", name).out
        section = re.search(r"Still waiting: \d+\n((?:  .*\n)*)", text)
        assert section
        return section[1].splitlines()

    assert waiting("window.rtlog") == waiting(file)


@pytest.mark.parametrize(
    ("words", "status", "cause"),
    [
        (["missing.rtlog", "-o", "out.html"], 1, "missing.rtlog: cannot be opened: No such file"),
        (["empty.out", "-o", "out.html"], 1, "empty.out, byte 0: empty"),
        (["page.html", "-o", "out.html"], 1, "page.html, byte 0: text, but neither"),
        (["shop.rtlog"], 2, "--output"),
        (["shop.rtlog", "-o", "no/folder/out.html"], 2, "no/folder/out.html: cannot be written"),
        (["shop.rtlog", "-o", "folder"], 2, "folder: cannot be written: Is a directory"),
        (["shop.rtlog", "-o", "out.html", "--at", "38"], 2, "no event 38; the last one is 37"),
        (["shop.rtlog", "-o", "out.html", "--events", "9"], 2, "--events takes A:B"),
        (["shop.rtlog", "-o", "out.html", "--events", "9:3"], 2, "--events takes A:B"),
        (["shop.rtlog", "-o", "out.html", "--events", "99:"], 2, "no event in that window"),
        (["shop.rtlog", "-o", "out.html", "--last", "soon"], 2, "--last takes a length of time"),
        (["shop.rtlog", "-o", "out.html", "--last", "1s", "--events", "1:"], 2, "excludes"),
        (["shop.rtlog", "-o", "out.html", "--events", "5:9", "--at", "37"], 2, "is not in that"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_leaves_nothing_behind(
    report: Callable[..., Output],
    recording: Callable[[str], str],
    tmp_path: Path,
    words: list[str],
    status: int,
    cause: str,
) -> None:
    recording("shop")
    (tmp_path / "empty.out").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "kept").touch()
    before = sorted(os.listdir(tmp_path))
    done = report(*words)
    assert done.status == status
    assert cause in done.err
    assert sorted(os.listdir(tmp_path)) == before


def test_replaces_a_file_only_as_a_whole(
    report: Callable[..., Output], recording: Callable[[str], str], tmp_path: Path
) -> None:
    out = tmp_path / "out.html"
    out.write_text("the old one")
    assert report("nothing.rtlog", "-o", "out.html").status == 1
    assert out.read_text() == "the old one"
    assert report(recording("shop"), "-o", "out.html").status == 0
    assert "rt-data" in out.read_text()
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(out.stat().st_mode) == 0o666 & ~mask


def test_too_much_for_a_page_is_refused_with_what_to_do(
    report: Callable[..., Output], tmp_path: Path
) -> None:
    line = b'{"action": "attached", "deferred": 7, "errback": null, "callback": "%s"}\n' % (
        b"f" * 4000
    )
    with open(tmp_path / "mon.out", "wb") as file:
        for _ in range(100_000_000 // len(line) + 1):
            file.write(line)
    done = report("mon.out", "-o", "out.html")
    assert done.status == 1
    assert "are too much for one page, which can hold 100 MB" in done.err
    assert "--last 60s" in done.err
    assert not (tmp_path / "out.html").exists()
    done = report("mon.out", "-o", "out.html", "--events", "1:100")
    assert done.status == 0
    assert "a window: 100 of " in done.err


def test_a_page_without_a_place_for_data_is_an_error(
    call: Callable[..., Output], recording: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text("<p>nothing</p>")
    done = call("report", recording("shop"), "-o", "out.html", REACTORTRACK_PAGE_FILE="page.html")
    assert done.status == 1
    assert "the page has no place for data" in done.err
