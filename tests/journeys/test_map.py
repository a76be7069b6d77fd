# SPDX-License-Identifier: MIT
"""`reactortrack map` as a command: its names, its messages, the browser it opens, its end."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Output
from serving import PAGE, start

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

# Writes down how it was called, and the file it was given.
BROWSER = """#!/bin/sh
for last; do :; done
path="${last#*file://}"
{ echo "$@"; cat "$path"; stat -c %a "$path"; stat -c %a "$(dirname "$path")"; } > "$SAID.part"
mv "$SAID.part" "$SAID"
"""


def waited_for(path: Path) -> str:
    for _ in range(300):
        if path.exists():
            return path.read_text()
        time.sleep(0.1)
    raise AssertionError(f"{path} did not appear")


@pytest.mark.parametrize("name", ["monitor2map", "model2map"])
def test_is_the_same_under_its_old_names(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path, name: str
) -> None:
    command = str(Path(reactortrack).parent / name)
    file = recording("shop")
    data = (tmp_path / file).read_bytes()
    server = start([command, "--no-browser", file], tmp_path)
    assert server.ask("/recording").body == data
    assert server.end() == 0
    with open(tmp_path / file, "rb") as whole:  # cat FILE | monitor2map
        cat = subprocess.Popen(["cat"], stdin=whole, stdout=subprocess.PIPE)
        server = start([command, "--no-browser"], tmp_path, stdin=cat.stdout or 0)
    assert server.ask("/recording").body == data
    assert server.end() == 0
    cat.wait(timeout=10)


def test_takes_the_lines_of_2013(reactortrack: str, tmp_path: Path) -> None:
    lines = (
        '{"action": "attached", "deferred": 25657144, "errback": null, '
        '"callback": "__main__.simpleCallback"}\n'
        '{"action": "executed", "deferred": 25657144, "time": 1.001, "callback?": true, '
        '"callback": "__main__.simpleCallback"}\n'
    )
    (tmp_path / "mon.out").write_text(lines)
    server = start([reactortrack, "map", "--no-browser", "mon.out"], tmp_path)
    assert server.ask("/recording").body.decode() == lines
    assert '"format": "json-lines"' in server.ask("/about").body.decode()
    assert server.end() == 0


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (lambda path: None, "x.rtlog: cannot be opened: No such file or directory"),
        (lambda path: path.mkdir(), "x.rtlog: is a directory with no segments of a recording"),
        (lambda path: path.write_bytes(b""), "x.rtlog, byte 0: empty"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64)), "x.rtlog, byte 0: a PNG"),
        (lambda path: path.write_bytes(bytes(range(128, 256)) * 32), "x.rtlog, byte 0: "),
        (lambda path: path.write_text("Traceback (most recent call last):\n"),
         "x.rtlog, byte 0: text, but"),
    ],
    ids=["missing", "directory", "empty", "picture", "noise", "text"],
)  # fmt: skip
def test_says_why_a_file_cannot_be_shown_and_opens_nothing(
    call: Callable[..., Output], tmp_path: Path, make: Callable[[Path], object], cause: str
) -> None:
    make(tmp_path / "x.rtlog")
    (tmp_path / "page.html").write_text(PAGE)
    browser = tmp_path / "chromium"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    done = call(
        "map", "x.rtlog", REACTORTRACK_PAGE_FILE="page.html", REACTORTRACK_BROWSER=str(browser),
        SAID=str(tmp_path / "said"),
    )  # fmt: skip
    assert done.status == 1
    assert f"reactortrack: {cause}" in done.err
    assert "http://" not in done.err
    assert not (tmp_path / "said").exists()


def test_says_so_when_standard_input_is_empty(call: Callable[..., Output], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    done = call("map", input=b"", REACTORTRACK_PAGE_FILE="page.html")
    assert done.status == 1
    assert "reactortrack: standard input, byte 0: empty" in done.err


def test_shows_what_can_be_read_of_a_damaged_recording(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    file = recording("damaged")
    server = start([reactortrack, "map", "--no-browser", file], tmp_path)
    server.wait_for(r"damaged\.rtlog, byte 1081: event kind 77 is unknown")
    server.wait_for(r"damaged\.rtlog: read up to there, 36 events")
    assert server.ask("/recording").body == (tmp_path / file).read_bytes()
    assert server.end() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ends_cleanly_and_takes_its_file_along(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path, number: int
) -> None:
    browser = tmp_path / "chromium"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    server = start(
        [reactortrack, "map", recording("shop")], tmp_path, REACTORTRACK_BROWSER=str(browser),
        XDG_RUNTIME_DIR=str(runtime), SAID=str(tmp_path / "said"),
    )  # fmt: skip
    arguments, *rest = waited_for(tmp_path / "said").splitlines()
    address = f"http://{server.host}/#token={server.token}"
    assert f'<script>location.replace("{address}")</script>' in rest
    assert rest[-2:] == ["600", "700"], "only this user may read it"
    assert server.token not in arguments, "others can read command lines"
    assert arguments.startswith("--no-sandbox" if os.geteuid() == 0 else "--no-first-run")
    assert f"--app=file://{runtime}/reactortrack-" in arguments
    command_line = Path(f"/proc/{server.process.pid}/cmdline").read_bytes().decode()
    assert server.token not in command_line
    server.wait_for("opened in an app window of chromium")
    with server.stream() as stream:  # also while somebody is connected
        assert stream.read(8)
        assert server.end(number) == 0
    assert list(runtime.iterdir()) == []


def test_says_when_the_browser_fails(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    server = start([reactortrack, "map", recording("shop")], tmp_path, REACTORTRACK_BROWSER="false")
    server.wait_for("false ended with status 1; open the address above yourself")
    assert server.end() == 0
    server = start(
        [reactortrack, "map", recording("shop")], tmp_path, REACTORTRACK_BROWSER="/no/browser"
    )
    server.wait_for("/no/browser, which REACTORTRACK_BROWSER names, cannot be executed")
    assert server.end() == 0


def test_prints_the_address_when_there_is_no_display(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    environment = dict.fromkeys(["DISPLAY", "WAYLAND_DISPLAY", "REACTORTRACK_BROWSER"], "")
    server = start([reactortrack, "map", recording("shop")], tmp_path, **environment)
    server.wait_for("there is no display to open a browser on; open the address above yourself")
    assert server.ask("/").status == 200
    assert server.end() == 0


def test_can_end_with_its_page(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    command = [reactortrack, "map", "--no-browser", "--exit-when-closed", recording("shop")]
    server = start(command, tmp_path)

    def page_is_open() -> object:
        connection = server.connect()
        connection.sendall(
            f"GET /alive HTTP/1.1\r\nHost: {server.host}\r\n"
            f"Authorization: Bearer {server.token}\r\n\r\n".encode()
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK")
        return connection

    first = page_is_open()
    second = page_is_open()
    first.close()  # type: ignore[attr-defined]
    time.sleep(4)
    assert server.process.poll() is None, "another page is there"
    second.close()  # type: ignore[attr-defined]
    time.sleep(1)
    third = page_is_open()  # it was loaded anew
    time.sleep(4)
    assert server.process.poll() is None
    third.close()  # type: ignore[attr-defined]
    assert server.process.wait(timeout=30) == 0
    server.wait_for("the page was closed")


def test_a_build_without_page_says_what_to_do(
    call: Callable[..., Output], recording: Callable[[str], str]
) -> None:
    done = call("map", recording("shop"), REACTORTRACK_PAGE_FILE="/no/page.html")
    assert done.status == 2
    assert "/no/page.html: the page that REACTORTRACK_PAGE_FILE names: No such file" in done.err


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; apt-get install chromium")
def test_a_real_browser_comes_through_the_file_to_the_page(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    """The page of the test is alive only if the browser followed the file, got the page past all
    rules, and its script was let at the data with the token of the address."""
    browser = tmp_path / "chromium"
    pid_file = tmp_path / "browser.pid"
    browser.write_text(
        f'#!/bin/sh\necho $$ > "{pid_file}"\n'
        f'exec "{CHROMIUM}" --headless=new --disable-gpu --disable-dev-shm-usage --no-sandbox '
        f'"--user-data-dir={tmp_path}/profile" "$@"\n'
    )
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    server = start(
        [reactortrack, "map", "--exit-when-closed", recording("shop")], tmp_path,
        REACTORTRACK_BROWSER=str(browser),
    )  # fmt: skip
    pid = int(waited_for(pid_file))
    for _ in range(600):  # until the page holds its connection
        if f":{server.port:04X} " in connections_from(server.port):
            break
        time.sleep(0.1)
    time.sleep(2)
    assert server.process.poll() is None
    os.kill(pid, signal.SIGTERM)
    assert server.process.wait(timeout=60) == 0
    server.wait_for("the page was closed")


def connections_from(port: int) -> str:
    """Those of /proc/net/tcp that are established to this port."""
    lines = Path("/proc/net/tcp").read_text().splitlines()
    return "\n".join(line for line in lines if f"0100007F:{port:04X} 01" in line)
