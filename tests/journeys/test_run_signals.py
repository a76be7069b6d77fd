# SPDX-License-Identifier: MIT
"""`reactortrack run` and signals: neither the program nor the sender notices us."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV])
def test_ends_by_the_signal_that_ended_the_program(
    call: Callable[..., Output], number: signal.Signals
) -> None:
    done = call("run", "sh", "-c", f"kill -{number.value} $$")
    assert done.status == -number
    assert "nothing was recorded" in done.err


WAITS = """
import os, signal, sys, time
def end(number, frame):
    # Not print(): the signal may come while the one of "ready" has not returned.
    os.write(1, f"got {signal.Signals(number).name}\\n".encode())
    time.sleep(0.2)
    sys.exit(7)
for name in sys.argv[1:]:
    signal.signal(getattr(signal, name), end)
print("ready", os.getpid(), flush=True)
# Not one sleep: a signal that comes just before it begins is seen when it ends.
for _ in range(600):
    time.sleep(0.1)
"""


def started(reactortrack: str, tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    """A running `reactortrack run`, once its program has said "ready"."""
    process = subprocess.Popen(
        [reactortrack, "run", *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Ctrl+C may be ignored where the tests run: shells do so for what is in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("ready")
    return process


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGQUIT]
)
def test_passes_on_signals_that_are_sent_to_it(
    reactortrack: str, tmp_path: Path, program: Callable[..., str], number: signal.Signals
) -> None:
    app = program(WAITS)
    process = started(reactortrack, tmp_path, sys.executable, app, number.name)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert out == f"got {number.name}\n"
    assert process.returncode == 7
    assert "nothing was recorded" in err, "it outlives the signal to tell what became of it"


def test_waits_while_ctrl_c_ends_the_program(
    reactortrack: str, tmp_path: Path, program: Callable[..., str]
) -> None:
    """In a terminal, as a person types it: both get SIGINT, and the program gets it once."""
    app = program(WAITS.replace("sys.exit(7)", "os.write(1, b'bye\\n'); os._exit(7)"))
    words = [reactortrack, "run", sys.executable, app, "SIGINT"]
    text, status = press_ctrl_c(words, tmp_path, "ready")
    assert text.count("got SIGINT") == 1
    assert "bye" in text
    assert text.index("bye") < text.index("nothing was recorded")
    assert status == 7


def test_passes_ctrl_c_on_to_a_program_that_has_left_our_process_group(
    reactortrack: str, tmp_path: Path, program: Callable[..., str]
) -> None:
    """timeout(1) does. The terminal does not reach it, nor what it runs."""
    app = program(WAITS)
    words = [reactortrack, "run", "timeout", "50", sys.executable, app, "SIGINT"]
    text, status = press_ctrl_c(words, tmp_path, "ready")
    assert "got SIGINT" in text
    assert status == 7


def press_ctrl_c(words: list[str], folder: Path, word: str) -> tuple[str, int]:
    """Runs a command in a terminal, types Ctrl-C at `word`: all that is shown, and how it ends."""
    pid, terminal = pty.fork()
    if pid == 0:
        # A shell's background, where the tests may run, ignores it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.chdir(folder)
        os.execv(words[0], words)
    text = read_until(terminal, word)
    os.write(terminal, b"\x03")
    text += read_until(terminal, None)
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return text, os.waitstatus_to_exitcode(status)


def read_until(terminal: int, word: str | None) -> str:
    """What the terminal shows up to `word`, or to the end."""
    text = ""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (word is None or word not in text):
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # Linux: the last process has closed it
            return text
        if not chunk:
            return text
        text += chunk.decode(errors="replace")
    return text


def test_dies_of_ctrl_c_when_the_program_does(
    reactortrack: str, tmp_path: Path, program: Callable[..., str]
) -> None:
    process = started(reactortrack, tmp_path, "sh", "-c", "echo ready; exec sleep 60")
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT


def test_the_child_gets_the_signal_mask_and_dispositions_of_the_caller(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    """`nohup` and the like must keep working through us."""
    app = program(
        "import signal\n"
        "print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])))\n"
        "print(signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL)\n"
        "print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN)\n"
    )
    done = call("run", "sh", "-c", f"trap '' HUP; exec {sys.executable} {app}")
    assert done.out == "[]\nTrue\nTrue\n"
