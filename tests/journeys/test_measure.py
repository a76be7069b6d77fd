# SPDX-License-Identifier: MIT
"""`reactortrack run --measure`: which runs are made, what they take, and when it stops.

A fake start-up hook, as in test_run.py, stands in for the real one where only the runs matter; the
real recorder is measured at the end.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Output
from test_run import HOOK, said
from test_run_signals import press_ctrl_c

# Counts its runs in runs.txt, and leaves a recording when it is to be recorded.
COUNTED = """
import os, sys
recorded = "REACTORTRACK_OUT" in os.environ
with open("runs.txt", "a") as file:
    file.write("r" if recorded else "p")
run = os.path.getsize("runs.txt")
"""


@pytest.fixture
def app(program: Callable[..., str], recording: Callable[[str], str]) -> Callable[[str], str]:
    """Writes a program that is counted and recorded, and then does this."""
    source = recording("shop")
    hook = "if recorded:" + HOOK.replace("\n", "\n    ") + f"record({source!r})\n"
    return lambda text: program(COUNTED + hook + text)


def runs(folder: Path) -> str:
    return (folder / "runs.txt").read_text()


def table(output: Output) -> dict[str, list[str]]:
    """The cells of the rows: without, recorded, ratio, smallest, largest."""
    row = re.compile(
        r"reactortrack: (CPU time|wall time|peak memory) +(\S+ \S+) +(\S+ \S+)"
        r" +(\S+)   (\S+) to (\S+)"
    )
    return {found[1]: list(found.groups()[1:]) for found in row.finditer(said(output))}


def seconds(text: str) -> float:
    number, unit = text.split()
    return float(number) * {"s": 1, "ms": 1e-3}[unit]


# ---- which runs are made ------------------------------------------------------------------------


def test_runs_without_and_with_recording_in_turns(
    call: Callable[..., Output], app: Callable[[str], str], tmp_path: Path
) -> None:
    done = call("run", "--measure", "3", sys.executable, app("print('out')"))
    assert done.status == 0, done.err
    assert runs(tmp_path) == "pr" + "pr" + "rp" + "pr"
    assert done.out == "out\n" * 8, "stdout is the program's"
    lines = said(done).splitlines()
    assert lines[0] == (
        "reactortrack: 8 runs: a first round that is not counted, then 3 rounds; each without"
        " recording and with it"
    )
    assert lines[1] == (
        "reactortrack: 3 rounds        without    recorded   ratio   smallest to largest"
    )
    assert list(table(done)) == ["CPU time", "wall time", "peak memory"]
    assert lines[-1] == (
        "reactortrack: reactortrack-app.rtlog: 37 events of 5 Deferreds in 1.800 s, 1.09 kB,"
        " 29.4 bytes an event, complete"
    )
    quiet = call("run", "-q", "--measure", "1", sys.executable, "app.py")
    assert list(table(quiet)) == ["CPU time", "wall time", "peak memory"]
    assert "runs:" not in quiet.err
    assert ".rtlog" not in quiet.err


def test_only_recorded_runs_have_the_variables(
    call: Callable[..., Output], app: Callable[[str], str]
) -> None:
    """Inherited ones would make a run without recording one with it."""
    show = (
        "print(sorted(f'{key[13:]}={value}' for key, value in os.environ.items()\n"
        "    if key.startswith('REACTORTRACK_') and key != 'REACTORTRACK_STATUS'))\n"
    )
    inherited = {"REACTORTRACK_OUT": "/tmp/other.rtlog", "REACTORTRACK_RING": "64M"}
    options = ["--stack", "3", "--values", "--engine", "wrap", "-o", "x.rtlog"]
    command = ["run", "--measure", "1", *options, sys.executable]
    lines = call(*command, app(show), **inherited).out.splitlines()
    assert [lines[0], lines[2]] == ["[]", "[]"]
    assert lines[1] == lines[3]
    for each in ["STACK=3", "VALUES=1", "ENGINE=wrap", "RING=", "STRICT=0"]:
        assert f"'{each}'" in lines[1]
    assert "/x.rtlog'" in lines[1]


def test_keeps_the_recordings_of_the_last_run_only(
    call: Callable[..., Output], app: Callable[[str], str], tmp_path: Path
) -> None:
    child = app("if recorded: record('shop.rtlog', os.path.abspath(f'x.{os.getpid()}.rtlog'))")
    assert call("run", "-o", "x.rtlog", "--measure", "2", sys.executable, child).status == 0
    assert len(list(tmp_path.glob("x.*.rtlog"))) == 1
    assert (tmp_path / "x.rtlog").exists()


def test_a_file_as_input_is_read_in_each_run(
    reactortrack: str, app: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text("skipped\nin\n")
    command = [reactortrack, "run", "--measure", "1", sys.executable]
    with open(tmp_path / "in.txt", "rb", buffering=0) as file:
        file.seek(len("skipped\n"))
        done = subprocess.run(
            [*command, app("print(sys.stdin.read(), end='')")],
            cwd=tmp_path, stdin=file, capture_output=True, timeout=60, check=True,
        )  # fmt: skip
    assert done.stdout == b"in\n" * 4


# ---- what they take -----------------------------------------------------------------------------

# CPU time is burned by a child process; a sleeping one takes wall time only.
BURN = """
import subprocess, time
burn = "import time, sys\\nwhile time.process_time() < float(sys.argv[1]): pass"
subprocess.run([sys.executable, "-I", "-S", "-c", burn, "0.9" if recorded else "0.3"])
time.sleep(1 if recorded else 2)
memory = b"x" * (150_000_000 if recorded else 1)
"""


def test_measures_children_waits_and_memory(
    call: Callable[..., Output], app: Callable[[str], str]
) -> None:
    done = call("run", "--measure", "2", sys.executable, app(BURN))
    rows = table(done)
    plain, recorded, ratio, smallest, largest = rows["CPU time"]
    assert 0.3 <= seconds(plain) < 0.8
    assert 0.9 <= seconds(recorded) < 1.6
    assert 1.5 < float(smallest) <= float(ratio) <= float(largest) < 4
    assert seconds(rows["wall time"][0]) >= 2.3
    assert seconds(rows["wall time"][1]) >= 1.9
    number, unit = rows["peak memory"][1].split()
    assert unit == "MB"
    assert 150 < float(number) < 250
    assert float(rows["peak memory"][0].split()[0]) < 60


# ---- when it stops ------------------------------------------------------------------------------


def test_stops_when_a_run_ends_otherwise(
    call: Callable[..., Output], app: Callable[[str], str], tmp_path: Path
) -> None:
    done = call("run", "--measure", "5", sys.executable, app("sys.exit(3 if run == 5 else 2)"))
    assert done.status == 3
    assert runs(tmp_path) == "prprr"
    assert "\nreactortrack: 1 round " in said(done)
    assert "one round has no spread" in said(done)
    assert said(done).endswith(
        "reactortrack: stopped: round 2 of 5 with recording ended with status 3, but the first run"
        " ended with status 2"
    )


def test_stops_when_recording_changes_the_end(
    call: Callable[..., Output], app: Callable[[str], str], tmp_path: Path
) -> None:
    kill = app("if recorded: os.kill(os.getpid(), 9)")
    done = call("run", "--measure", "5", sys.executable, kill)
    assert done.status == -9
    assert runs(tmp_path) == "pr"
    assert not table(done)
    assert (
        "the uncounted round with recording was ended by SIGKILL, but the first run ended with"
        " status 0" in said(done)
    )


def test_a_program_that_always_fails_alike_is_measured(
    call: Callable[..., Output], app: Callable[[str], str], tmp_path: Path
) -> None:
    done = call("run", "--measure", "1", sys.executable, app("sys.exit(7)"))
    assert done.status == 7
    assert runs(tmp_path) == "prpr"
    assert table(done)


def test_stops_when_nothing_is_recorded(
    call: Callable[..., Output], program: Callable[..., str], tmp_path: Path
) -> None:
    done = call("run", "--measure", "5", sys.executable, program(COUNTED))
    assert done.status == 0
    assert runs(tmp_path) == "pr"
    assert "nothing was recorded: Python ran" in done.err
    assert not table(done)
    missing = call("run", "--measure", "5", "./" + program("#!/no/such\n", "script", 0o755))
    assert missing.status == 127
    assert "./script: No such file or directory" in missing.err


def test_stops_at_ctrl_c_even_when_the_program_ends_well(
    reactortrack: str, app: Callable[[str], str], tmp_path: Path
) -> None:
    """As a Twisted program does. That the sixth run is reached by it: no run blocks signals."""
    wait = app(
        "import signal, time\n"
        "signal.signal(signal.SIGINT, lambda *_: sys.exit(0))\n"
        "if run == 6:\n"
        "    print('waits', flush=True)\n"
        "    for _ in range(600): time.sleep(0.1)\n"
    )
    words = [reactortrack, "run", "--measure", "5", sys.executable, wait]
    text, status = press_ctrl_c(words, tmp_path, "waits")
    assert runs(tmp_path) == "prprrp"
    assert "reactortrack: 1 round " in text, "what was measured until then"
    assert "reactortrack: stopped by SIGINT in round 2 of 5 without recording" in text
    assert status == 0


def test_stops_at_a_signal_that_ends_the_program(
    call: Callable[..., Output], app: Callable[[str], str], tmp_path: Path
) -> None:
    stop = app(
        "if run == 3:\n"
        "    import subprocess, time\n"
        "    subprocess.run(['sh', '-c', f'kill -TERM {os.getppid()}'])\n"
        "    time.sleep(60)\n"
    )
    done = call("run", "--measure", "5", sys.executable, stop)
    assert done.status == -15
    assert runs(tmp_path) == "prp"
    assert "stopped by SIGTERM in round 1 of 5 without recording" in done.err


# ---- the command line ---------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", ["0", "-3", "1.5", "app.py", "1001", ""])
def test_rounds_are_a_number(call: Callable[..., Output], tmp_path: Path, rounds: str) -> None:
    for words in (["--measure", rounds], [f"--measure={rounds}"]):
        if words[0] == "--measure=":
            continue
        done = call("run", *words, "touch", "ran")
        assert done.status == 2
        assert f"--measure: ROUNDS is a number from 1 to 1000, such as 5, not {rounds}" in done.err
    assert not (tmp_path / "ran").exists()


def test_options_that_do_not_go_with_it(call: Callable[..., Output], tmp_path: Path) -> None:
    for option in (["--strict"], ["--dump-signal", "USR2"]):
        done = call("run", "--measure", "2", *option, "touch", "ran")
        assert done.status == 2
        assert f"--measure cannot be given with {option[0]}" in done.err
    assert "--measure: 1 required ROUNDS missing" in call("run", "--measure").err
    assert "COMMAND is required" in call("run", "--measure", "5").err
    assert call("run", "--measure", "x", "--", "touch", "ran").status == 2
    assert not (tmp_path / "ran").exists()
    call("run", "--measure", "1", "--", "touch", "ran")
    assert (tmp_path / "ran").exists()


# ---- the real recorder --------------------------------------------------------------------------


def test_a_real_program(call: Callable[..., Output], can_record: bool) -> None:
    if not can_record:
        pytest.skip("reactortrack is not installed in this Python: pip install . first")
    pipeline = [str(ROOT / "examples" / "pipeline.py"), "--orders", "5"]
    done = call("run", "--measure", "1", "--stack", "0", "-o", "x.rtlog", *pipeline)
    assert done.status == 0, done.err
    assert list(table(done)) == ["CPU time", "wall time", "peak memory"]
    found = re.search(r"x\.rtlog: ([\d,]+) events .* ([\d.]+) bytes an event, complete", said(done))
    assert found
    events = call("events", "--all", "--json", "x.rtlog").out.splitlines()
    assert int(found[1].replace(",", "")) == len(events)
    assert 5 < float(found[2]) < 500


def test_a_server_that_is_given_an_end(
    call: Callable[..., Output], program: Callable[..., str], can_record: bool
) -> None:
    if not can_record:
        pytest.skip("reactortrack is not installed in this Python: pip install . first")
    server = program("from twisted.internet import defer, reactor\ndefer.Deferred()\nreactor.run()")
    timeout = ["timeout", "--foreground", "-s", "INT", "5"]
    done = call("run", "--measure", "1", *timeout, sys.executable, server)
    assert done.status == 124
    assert 5 <= seconds(table(done)["wall time"][1]) < 15
    assert seconds(table(done)["CPU time"][0]) > 0.02, "of what timeout waited for"
    assert "Deferreds in" in said(done)
