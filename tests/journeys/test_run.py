# SPDX-License-Identifier: MIT
"""`reactortrack run` as a launcher: environment, files, messages, exit status.

A fake start-up hook stands in for the real one, so these tests say what `run` promises to any hook:
which variables it sets, and what it makes of the lines that a hook appends to the status file.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Output

# Reports as python/reactortrack/_startup.py does, and puts a ready-made recording in place.
HOOK = """
import os, shutil, sys
out = os.environ["REACTORTRACK_OUT"]
def report(word, text):
    with open(os.environ["REACTORTRACK_STATUS"], "a") as file:
        file.write(f"{word} {os.getpid()} {text}\\n")
def record(source, path=out):
    shutil.copyfile(source, path)
    report("recording", path)
report("hook", "3.11.7 " + sys.executable)
"""


def said(output: Output) -> str:
    """The lines of `run` itself."""
    lines = output.err.splitlines()
    return "\n".join(line for line in lines if line.startswith("reactortrack: "))


def test_sets_the_environment_that_the_hook_reads(
    call: Callable[..., Output], program: Callable[..., str], tmp_path: Path
) -> None:
    app = program(
        "import os\n"
        "for key in sorted(os.environ):\n"
        "    if key.startswith('REACTORTRACK_'): print(key, os.environ[key])\n"
        "assert os.path.exists(os.environ['REACTORTRACK_STATUS'])\n"
    )
    arguments = ["--stack", "3", "--values", "--engine", "wrap", "-o", "some/../x.rtlog"]
    (tmp_path / "some").mkdir()
    done = call("run", *arguments, sys.executable, app)
    seen = dict(
        line.split(" ", 1) for line in done.out.splitlines() if "REACTORTRACK_BIN" not in line
    )
    status_file = seen.pop("REACTORTRACK_STATUS")
    assert seen == {
        "REACTORTRACK_OUT": f"{tmp_path}/some/../x.rtlog",
        "REACTORTRACK_STACK": "3",
        "REACTORTRACK_VALUES": "1",
        "REACTORTRACK_ENGINE": "wrap",
        "REACTORTRACK_RING": "",
        "REACTORTRACK_DUMP_SIGNAL": "",
        "REACTORTRACK_STRICT": "0",
    }
    assert not os.path.exists(status_file), "left behind"


def test_tells_what_was_recorded_and_what_to_type_next(
    call: Callable[..., Output], program: Callable[..., str], recording: Callable[[str], str]
) -> None:
    app = program(HOOK + f"record({recording('shop')!r})\nprint('done')\n")
    done = call("run", "-o", "my app.rtlog", sys.executable, app)
    assert done.status == 0
    assert done.out == "done\n"
    assert said(done) == (
        "reactortrack: my app.rtlog: 37 events of 5 Deferreds in 1.800 s, 1.09 kB, complete\n"
        "reactortrack: 3 Deferreds never fired\n"
        "reactortrack: error, fired-twice: The Deferred created in fetch (shop/orders.py:12), #1,"
        " was fired again in fetch (shop/orders.py:12) at 1.700 s with int, though it had been"
        " fired with int in fetch (shop/orders.py:12) at 0.250 s\n"
        "reactortrack: next: reactortrack findings 'my app.rtlog'"
    )


def test_counts_unhandled_failures_and_lost_events(
    call: Callable[..., Output], program: Callable[..., str], recording: Callable[[str], str]
) -> None:
    app = program(
        HOOK + f"record({recording('rare')!r})\n"
        "report('note', 'wrapping engine used')\nreport('lost', '12 no space left')\n"
    )
    done = call("run", sys.executable, app)
    assert "26 events of 4 Deferreds in 80.0 us, 505 bytes, complete, 12 events lost" in said(done)
    assert "reactortrack: 2 unhandled failures, 1 Deferred never fired\n" in said(done)
    assert "reactortrack: note: wrapping engine used\n" in said(done)
    assert "lost events: 12 no space left\n" in said(done)


def test_tells_about_child_processes_too(
    call: Callable[..., Output], program: Callable[..., str], recording: Callable[[str], str]
) -> None:
    source = recording("shop")
    app = program(
        HOOK + f"record({source!r})\n"
        "for pid in range(7): record('killed.rtlog', os.path.abspath(f'x.{pid}.rtlog'))\n"
    )
    recording("killed")
    done = call("run", "-o", "x.rtlog", sys.executable, app)
    assert "reactortrack: x.4.rtlog: 36 events of 5 Deferreds in 1.700 s" in said(done)
    assert "truncated\n" in said(done)
    assert "x.5.rtlog" not in said(done)
    assert "reactortrack: and 2 more recordings of child processes beside it\n" in said(done)


def test_quiet_says_nothing_when_all_is_well(
    call: Callable[..., Output], program: Callable[..., str], recording: Callable[[str], str]
) -> None:
    good = program(HOOK + f"record({recording('shop')!r})\n")
    assert call("run", "--quiet", sys.executable, good).err == ""
    bad = program(HOOK, "bad.py")
    assert "never imported" in call("run", "-q", sys.executable, bad).err


def test_names_the_recording_after_the_command(
    call: Callable[..., Output], program: Callable[..., str], tmp_path: Path
) -> None:
    show = "import os; print(os.path.basename(os.environ['REACTORTRACK_OUT']))"
    app = program(show, "spider.py")
    expected = "reactortrack-spider.rtlog\n"
    assert call("run", sys.executable, app).out == expected
    assert call("run", sys.executable, "-u", app).out == expected
    assert call("run", app).out == expected
    assert call("run", sys.executable, "-m", "spider").out == expected
    assert call("run", "sh", "-c", 'basename "$REACTORTRACK_OUT"').out == "reactortrack-sh.rtlog\n"


def test_replaces_an_old_recording_only(
    call: Callable[..., Output],
    program: Callable[..., str],
    recording: Callable[[str], str],
    tmp_path: Path,
) -> None:
    old = recording("shop")
    assert call("run", "-o", old, "true").status == 0
    assert not (tmp_path / old).exists()
    app = program("print('precious')")
    done = call("run", "-o", app, "true")
    assert done.status == 2
    assert done.err == (
        "reactortrack: app.py: is there already, and is no recording; choose another name with -o\n"
    )
    assert (tmp_path / app).read_text() == "print('precious')"


@pytest.mark.parametrize(
    ("file", "cause"),
    [
        ("no/such/folder/x.rtlog", "cannot be written: no/such/folder: No such file or directory"),
        (".", "is a directory, and no recording"),
        ("/dev/null", "cannot be written: it is not a file"),
    ],
)
def test_runs_nothing_when_the_recording_cannot_be_written(
    call: Callable[..., Output], tmp_path: Path, file: str, cause: str
) -> None:
    done = call("run", "-o", file, "touch", "ran")
    assert done.status == 2
    assert f"reactortrack: {file}: {cause}" in done.err
    assert not (tmp_path / "ran").exists()


# ---- why there is no recording ------------------------------------------------------------------


def test_command_not_found(call: Callable[..., Output]) -> None:
    done = call("run", "no-such-command")
    assert (done.status, done.err) == (127, "reactortrack: no-such-command: command not found\n")
    done = call("run", "./no-such-file")
    assert (done.status, done.err) == (127, "reactortrack: ./no-such-file: no such file\n")


def test_command_not_executable(call: Callable[..., Output], program: Callable[..., str]) -> None:
    name = program("#!/bin/sh\n", "script.sh")
    done = call("run", f"./{name}")
    assert (done.status, done.err) == (126, "reactortrack: ./script.sh: is not executable\n")


def test_interpreter_of_a_script_not_found(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    name = program("#!/no/such/interpreter\n", "script", 0o755)
    done = call("run", f"./{name}")
    assert done.status == 127
    assert done.err == "reactortrack: ./script: No such file or directory\n"


def test_not_python(call: Callable[..., Output]) -> None:
    done = call("run", "true")
    assert done.status == 0
    assert (
        "true is not Python, and started no Python in which reactortrack is installed" in done.err
    )


def test_python_without_reactortrack(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    python = "/usr/bin/python3"
    if not os.path.exists(python):
        pytest.skip("needs a Python without reactortrack at /usr/bin/python3")
    done = call("run", python, program("print('ran')"))
    assert done.out == "ran\n"
    assert f"reactortrack is not installed in {python}; install it there" in done.err
    assert f"{python} -m pip install reactortrack" in done.err


def test_python_that_finds_reactortrack_but_not_its_hook(
    call: Callable[..., Output], program: Callable[..., str], tmp_path: Path
) -> None:
    python = "/usr/bin/python3"
    if not os.path.exists(python):
        pytest.skip("needs a Python without reactortrack at /usr/bin/python3")
    (tmp_path / "reactortrack.py").write_text("")
    done = call("run", python, program("print('ran')"), PYTHONPATH=str(tmp_path))
    assert done.out == "ran\n"
    assert f"{python} can import reactortrack, but its start-up hook reactortrack.pth" in done.err


def test_option_that_turns_the_hook_off(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    done = call("run", sys.executable, "-S", program("print('ran')"))
    assert done.out == "ran\n"
    assert f"the option -S of {sys.executable} turns off the start-up hook" in done.err


def test_twisted_never_imported(call: Callable[..., Output], program: Callable[..., str]) -> None:
    done = call("run", sys.executable, "-S", program(HOOK))
    assert f"Python ran (3.11.7 {sys.executable}), but never imported twisted" in done.err


def test_recorder_that_could_not_begin(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    app = program(HOOK + "report('failed', 'OSError: the disk is full')\n")
    done = call("run", sys.executable, "-S", app)
    assert "the recorder could not begin: OSError: the disk is full" in done.err


# ---- the program does not notice us -------------------------------------------------------------


def test_passes_input_output_and_status_through(call: Callable[..., Output]) -> None:
    done = call("run", "sh", "-c", "cat; echo err >&2; exit 42", input=b"in\n")
    assert done.status == 42
    assert done.out == "in\n"
    assert done.err.startswith("err\n")


def test_arguments_after_the_command_are_its_own(call: Callable[..., Output]) -> None:
    assert call("run", "echo", "-o", "x", "--help", "--", "run").out == "-o x --help -- run\n"
    assert call("run", "-o", "x.rtlog", "--", "echo", "-n", "--").out == "--"
    assert call("run", "--engine", "wrap", "echo", "--engine", "odd").out == "--engine odd\n"


def test_options_before_the_command_are_ours(call: Callable[..., Output]) -> None:
    done = call("run", "--no-such-option", "true")
    assert done.status == 2
    assert "there is no option --no-such-option" in done.err
    assert call("run", "--stack", "-1", "true").status == 2
    assert call("run", "--engine", "odd", "true").status == 2
    assert "COMMAND is required" in call("run").err


def test_a_python_file_needs_no_python_in_front(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    assert call("run", program("print('plain')")).out == "plain\n"
    assert call("run", "./" + program("print('dot')")).out == "dot\n"
    shebang = program("#!/usr/bin/env python3\nprint('env')", "env.py", 0o755)
    assert call("run", shebang).out == "env\n"
    chosen = program(f"#!{sys.executable}\nimport sys; print(sys.executable)", "own.py", 0o755)
    assert call("run", "./" + chosen).out == f"{sys.executable}\n"


def test_a_shell_script_without_a_first_line_runs(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    assert call("run", "./" + program("echo shell", "script", 0o755)).out == "shell\n"


def test_the_status_file_is_private(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    app = program("import os; print(os.stat(os.environ['REACTORTRACK_STATUS']).st_mode)")
    mode = int(call("run", sys.executable, app).out)
    assert stat.S_IMODE(mode) == 0o600
