# SPDX-License-Identifier: MIT
"""Reading recordings as people do: from pipes, into pipes, at a terminal, with bad files."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Output

EVENTS_OF_SHOP = 37  # of which these are shown without --all:
SHOWN_OF_SHOP = 29


def test_standard_input_gives_the_same_text(
    call: Callable[..., Output], recording: Callable[[str], str], tmp_path: Path
) -> None:
    file = recording("shop")
    data = (tmp_path / file).read_bytes()
    for words in (["events"], ["summary"], ["show", "--json"], ["events", "--json"]):
        arguments = ["1"] if words[0] == "show" else []
        from_file = call(*words, file, *arguments)
        from_input = call(*words, "-", *arguments, input=data)
        assert from_input.out.replace("standard input", file) == from_file.out
        assert from_input.err.replace("standard input", file) == from_file.err
        assert from_input.status == 0


def test_events_are_printed_while_the_stream_still_comes(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    data = (tmp_path / recording("shop")).read_bytes()
    process = subprocess.Popen(
        [reactortrack, "events", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    for byte in data[:1000]:  # every cut there is
        process.stdin.write(bytes([byte]))
        process.stdin.flush()
    assert b"created" in process.stdout.readline()
    process.stdin.write(data[1000:])
    process.stdin.close()
    assert process.stdout.read().count(b"\n") == SHOWN_OF_SHOP - 1
    assert process.stderr.read().startswith(b"standard input: complete, 37 events in 1.800 s\n")
    assert process.wait(timeout=30) == 0


def test_json_lines_are_read_as_well_as_written(
    call: Callable[..., Output], recording: Callable[[str], str], tmp_path: Path
) -> None:
    lines = call("events", "--json", recording("shop")).out
    assert all(json.loads(line)["action"] for line in lines.splitlines())
    assert lines.count("\n") == EVENTS_OF_SHOP
    (tmp_path / "mon.out").write_text(lines)
    again = call("events", "--all", "mon.out")
    assert again.out == call("events", "--all", recording("shop")).out


def test_lines_of_2013_are_read(call: Callable[..., Output], tmp_path: Path) -> None:
    (tmp_path / "mon.out").write_text(
        '{"action": "attached", "deferred": 25657144, "errback": null, '
        '"callback": "__main__.simpleCallback"}\n'
        '{"action": "executed", "deferred": 25657144, "time": 1.001, "callback?": true, '
        '"callback": "__main__.simpleCallback"}\n'
    )
    events = call("events", "mon.out")
    assert events.status == 0
    assert re.search(r"#1 +attached +callback simpleCallback\n", events.out)
    assert re.search(r"#1 +finished +simpleCallback -> a value +1.001 s\n", events.out)
    assert call("show", "mon.out", "25657144").out.startswith("#1 ")


def test_a_broken_line_is_named_and_the_rest_is_used(
    call: Callable[..., Output], recording: Callable[[str], str], tmp_path: Path
) -> None:
    lines = call("events", "--json", recording("shop")).out.splitlines(keepends=True)
    lines[20:20] = ['{"action": "fired", oops\n']
    (tmp_path / "mon.out").write_text("".join(lines))
    done = call("events", "mon.out")
    assert done.out.count("\n") == SHOWN_OF_SHOP
    assert done.status == 0
    assert "reactortrack: mon.out, line 21: " in done.err


def test_ends_quietly_when_nobody_reads_on(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    file = recording("shop")
    many = " ".join(f"{reactortrack} events --all {file};" for _ in range(200))
    done = subprocess.run(
        ["bash", "-c", f"{{ {many} }} 2> errors | head -n 1"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.count(b"\n") == 1
    errors = (tmp_path / "errors").read_text()
    assert all(line.startswith("shop.rtlog: complete") for line in errors.splitlines())


def test_says_when_its_output_cannot_be_written(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    for words in (["events"], ["summary"], ["show"]):
        arguments = ["1"] if words[0] == "show" else []
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [reactortrack, *words, recording("shop"), *arguments],
                cwd=tmp_path,
                stdout=full,
                stderr=subprocess.PIPE,
                timeout=10,
                check=False,
            )
        assert done.returncode == 1
        assert b"reactortrack: standard output: No space left on device" in done.stderr


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (lambda path: None, "cannot be opened: No such file or directory"),
        (lambda path: path.mkdir(), "is a directory with no segments of a recording in it"),
        (lambda path: path.write_bytes(b""), "byte 0: "),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64)), "byte 0: "),
        (lambda path: path.write_text("Traceback (most recent call last):\n"), "byte 0: "),
    ],
    ids=["missing", "directory", "empty", "picture", "text"],
)
def test_what_is_no_recording_is_an_error_that_names_it(
    call: Callable[..., Output], tmp_path: Path, make: Callable[[Path], object], cause: str
) -> None:
    make(tmp_path / "x.rtlog")
    for words in (["events", "x.rtlog"], ["summary", "x.rtlog"], ["show", "x.rtlog", "1"]):
        done = call(*words)
        assert done.status == 1
        assert done.out == ""
        assert done.err.startswith("reactortrack: x.rtlog")
        assert cause in done.err
        assert done.err.count("\n") == 1


def at_terminal(words: list[str], folder: Path, **environment: str) -> str:
    """What a command shows on a terminal that is its standard output and error."""
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        words, cwd=folder, stdout=terminal, stderr=terminal, env={**os.environ, **environment}
    )
    os.close(terminal)
    shown = b""
    while True:
        try:
            chunk = os.read(main, 65536)
        except OSError:  # Linux: closed by the last process
            break
        if not chunk:
            break
        shown += chunk
    process.wait(timeout=30)
    os.close(main)
    return shown.decode()


def test_colour_only_at_a_terminal_and_only_if_wanted(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    words = [reactortrack, "events", recording("shop")]
    coloured = at_terminal(words, tmp_path, TERM="xterm", NO_COLOR="")
    assert "\x1b[35m" in coloured  # the failure
    plain = at_terminal(words, tmp_path, TERM="xterm", NO_COLOR="1")
    assert "\x1b" not in plain
    assert "\x1b" not in at_terminal(words, tmp_path, TERM="dumb")
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain


def test_recorded_text_cannot_reach_the_terminal_as_commands(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    file = recording("rare")
    for words in (["events", file], ["summary", file], ["show", file, "4"]):
        shown = at_terminal([reactortrack, *words], tmp_path, TERM="xterm", NO_COLOR="")
        assert "ab\\x1b[31mc" in shown
        assert "\x1b[31m" not in shown


def test_progress_is_shown_for_what_takes_long(reactortrack: str) -> None:
    """A slow stream of many events: the size that has come is shown, and wiped away at the end."""
    lines = b"".join(
        b'{"action": "mark", "text": "x", "t": %d.0}\n' % second for second in range(200_000)
    )
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [reactortrack, "summary", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    assert process.stdin is not None
    process.stdin.write(lines[: len(lines) // 2])
    time.sleep(1.2)
    process.stdin.write(lines[len(lines) // 2 :])
    process.stdin.close()
    shown = b""
    while True:
        try:
            shown += os.read(main, 65536)
        except OSError:
            break
    process.wait(timeout=30)
    os.close(main)
    assert re.search(rb"\rreading standard input: [\d.]+ [kM]B\x1b\[K", shown)
    assert b"\r\x1b[Kstandard input: " in shown


def test_help_is_a_page_for_each_command(call: Callable[..., Output]) -> None:
    main = call("--help")
    assert main.status == 0
    for command in ("run", "events", "summary", "show"):
        assert re.search(rf"^ +{command} +\w", main.out, re.MULTILINE)
        page = call(command, "--help")
        assert page.status == 0
        headings = re.findall(r"^[A-Z][A-Z ]+$", page.out, re.MULTILINE)
        for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES"):
            assert heading in headings
        assert page.err == ""
        assert max(len(line) for line in page.out.splitlines()) <= 100


def test_version_is_the_projects(call: Callable[..., Output]) -> None:
    assert re.fullmatch(r"reactortrack \d+\.\d+\.\d+\n", call("--version").out)


def test_a_wrong_command_line_says_where_help_is(call: Callable[..., Output]) -> None:
    for words in ([], ["evnts"], ["events"], ["events", "--odd", "x"], ["show", "x"]):
        done = call(*words)
        assert done.status == 2
        assert done.out == ""
        assert "--help\n" in done.err
