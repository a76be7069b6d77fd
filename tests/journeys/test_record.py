# SPDX-License-Identifier: MIT
"""Real Twisted programs, recorded by the installed recorder and read back by the command."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Output

BESIDE = Path(sys.executable).parent  # trial, twistd


@pytest.fixture(autouse=True)
def _needs_the_recorder(can_record: bool) -> None:
    if not can_record:
        pytest.skip("reactortrack is not installed in this Python: pip install . first")


def actions(call: Callable[..., Output], file: str) -> list[dict[str, object]]:
    """The events of a recording, from their JSON lines."""
    done = call("events", "--json", file)
    assert done.status == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_the_example_of_2013(call: Callable[..., Output]) -> None:
    done = call("run", "-o", "x.rtlog", str(ROOT / "examples" / "example.py"))
    assert done.status == 0, done.err
    assert "FINISHED!" in done.out
    assert "reactortrack: x.rtlog: " in done.err
    assert ", complete\n" in done.err

    text = call("events", "x.rtlog").out
    steps = [
        r"created +Deferred .*example\.py:\d+",
        r"attached +callback simpleCallback .*example\.py:\d+",
        r"attached +callback followup",
        r"attached +callback problem",
        r"attached +errback simpleErrback",
        r"fired +with None",
        r"started +callback simpleCallback",
        r"finished +simpleCallback -> int +1\.\d\d\d s",
        r"started +callback followup",
        r"finished +followup -> int",
        r"started +callback problem",
        r"failure +\w+ .*example\.py:\d+ in problem",
        r"finished +problem raised",
        r"started +errback simpleErrback",
        r"finished +simpleErrback -> None",
    ]
    at = 0
    for step in steps:
        found = re.compile(step).search(text, at)
        assert found, f"{step} is missing, or not in its place"
        at = found.end()
    assert re.search(r"waiting +for #\d+, chainDeferred", text)

    summary = call("summary", "x.rtlog").out
    own_time = r"2\.\d\d\d s +2 +1\.\d\d\d s +simpleCallback +examples/example.py:\d+"
    assert re.search(own_time, summary)
    assert "Unhandled failures" not in summary
    mon = call("events", "mon.out")
    assert mon.status == 0
    assert "finished        simpleCallback" in mon.out


def test_trial(call: Callable[..., Output], program: Callable[..., str]) -> None:
    program(
        "from twisted.internet import defer\n"
        "from twisted.trial import unittest\n"
        "class T(unittest.TestCase):\n"
        "    def test_one(self):\n"
        "        return defer.succeed(3).addCallback(self.assertEqual, 3)\n"
        "    def test_two(self):\n"
        "        self.fail('as it should')\n",
        "test_small.py",
    )
    done = call("run", "-o", "x.rtlog", str(BESIDE / "trial"), "./test_small.py")
    assert done.status == 1
    assert "FAILED (failures=1, successes=1)" in done.out
    created = [each for each in actions(call, "x.rtlog") if each["action"] == "created"]
    assert any("test_small.py" in json.dumps(each) for each in created)


def test_twistd_until_it_is_told_to_stop(reactortrack: str, tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [reactortrack, "run", "-o", "x.rtlog", str(BESIDE / "twistd"), "-n", "web",
             "--listen", "tcp:0:interface=127.0.0.1", "--path", "."],
            cwd=tmp_path, stdout=log, stderr=log,
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while b"Starting factory" not in (tmp_path / "log").read_bytes():
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        port = re.search(r"starting on (\d+)", (tmp_path / "log").read_text())
        assert port is not None
        # What answers turns, and has Twisted's handlers of signals installed.
        urllib.request.urlopen(f"http://127.0.0.1:{port[1]}/", timeout=30).read()
        process.send_signal(signal.SIGTERM)
        # Having shut down, twistd ends by the signal, as it would without us.
        assert process.wait(timeout=30) == -signal.SIGTERM
    text = (tmp_path / "log").read_text()
    assert "Server Shut Down." in text
    assert re.search(r"reactortrack: x\.rtlog: [\d,]+ events .*, complete\n", text)


@pytest.mark.parametrize("first", ["defer", "reactor", "task", "base", "epollreactor"])
def test_the_reactor_is_recorded_whatever_is_imported_first(
    call: Callable[..., Output], program: Callable[..., str], first: str
) -> None:
    """Some of these import twisted.internet.defer, at which recording begins, halfway through."""
    app = program(
        f"from twisted.internet import {first}\n"
        "from twisted.internet import reactor\n"
        "reactor.callLater(0.01, reactor.stop)\nreactor.run()\n"
    )
    call("run", "-o", "x.rtlog", sys.executable, app)
    seen = {str(each["action"]) for each in actions(call, "x.rtlog")}
    assert {"turn_started", "turn_ended", "call_scheduled", "call_ended"} <= seen
    assert {"poll_started", "poll_ended"} <= seen


def test_child_processes_get_files_of_their_own(
    call: Callable[..., Output], program: Callable[..., str], tmp_path: Path
) -> None:
    child = program("from twisted.internet import defer\ndefer.succeed(1)\n", "child.py")
    app = program(
        "import subprocess, sys\nfrom twisted.internet import defer\ndefer.succeed(0)\n"
        f"for n in range(2): subprocess.run([sys.executable, {child!r}], check=True)\n"
    )
    done = call("run", "-o", "x.rtlog", sys.executable, app)
    files = sorted(path.name for path in tmp_path.glob("*.rtlog"))
    assert len(files) == 3
    assert all(re.fullmatch(r"x(\.\d+)?\.rtlog", name) for name in files)
    for name in files:
        assert any(each["action"] == "created" for each in actions(call, name))
        assert f"reactortrack: {name}: " in done.err


def test_a_child_that_outlives_its_parent_is_told_of(
    call: Callable[..., Output], program: Callable[..., str], tmp_path: Path
) -> None:
    child = program(
        "import time\nfrom twisted.internet import defer\ndefer.succeed(1)\n"
        "print('ready', flush=True)\ntime.sleep(5)\n",
        "child.py",
    )
    app = program(
        "import subprocess, sys\nfrom twisted.internet import defer\ndefer.succeed(0)\n"
        f"p = subprocess.Popen([sys.executable, {child!r}], stdout=-1, stderr=-3)\n"
        "p.stdout.readline()\nprint(p.pid)\n"
    )
    done = call("run", "-o", "x.rtlog", sys.executable, app)
    pid = done.out.strip()
    assert f"x.{pid}.rtlog: " in done.err
    assert f", still being recorded by process {pid}\n" in done.err
    os.kill(int(pid), signal.SIGKILL)


def test_what_was_appended_before_a_kill_is_read_back(
    call: Callable[..., Output], program: Callable[..., str], tmp_path: Path
) -> None:
    app = program(
        "import os, signal\nfrom twisted.internet import defer\n"
        "for n in range(50_000):\n"
        "    d = defer.Deferred(); d.addCallback(lambda x: x); d.callback(n)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = call("run", "-o", "x.rtlog", sys.executable, app)
    assert done.status == -signal.SIGKILL
    assert re.search(
        r"x\.rtlog: [\d,]+ events of 50,000 Deferreds in .*, truncated by SIGKILL\n", done.err
    )
    summary = json.loads(call("summary", "--json", "x.rtlog").out)
    assert summary["ending"] == "truncated"
    assert summary["events"]["created"] == 50_000
    assert summary["events"]["finished"] == 50_000


def test_unhandled_failures_and_waits_are_counted(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    app = program(
        "from twisted.internet import defer\n"
        "lost = defer.fail(ValueError('lost')); del lost\n"
        "held = defer.fail(KeyError('held'))\n"
        "never = defer.Deferred()\n"
        "waiter = defer.succeed(1).addCallback(lambda _: never)\n"
        "async def work(): await never\n"
        "coroutine = defer.ensureDeferred(work())\n"
    )
    done = call("run", "-o", "x.rtlog", sys.executable, app)
    assert "2 unhandled failures, 2 Deferreds never fired" in done.err
    summary = json.loads(call("summary", "--json", "x.rtlog").out)
    held = {each["type"].rsplit(".", 1)[-1]: each["held"] for each in summary["unhandled_failures"]}
    assert held == {"ValueError": False, "KeyError": True}
    assert sorted(each["how"] for each in summary["waiting"]) == ["awaited", "returned"]
    coroutine = next(each["deferred"] for each in summary["waiting"] if each["how"] == "awaited")
    history = call("show", "x.rtlog", str(coroutine)).out
    assert re.search(r"the result of work +\(.*app\.py:6\)", history)
    assert re.search(
        r"waits for +#\d+, await: still waiting at the end\n +.*app\.py:6 in work", history
    )


def test_values_only_when_asked_for(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    app = program(
        "from twisted.internet import defer\n"
        "defer.succeed('the password')\n"
        "defer.fail(ValueError('the secret')).addErrback(lambda f: None)\n"
    )
    call("run", "-o", "plain.rtlog", sys.executable, app)
    text = call("events", "plain.rtlog").out
    assert "password" not in text
    assert "secret" not in text
    call("run", "--values", "-o", "values.rtlog", sys.executable, app)
    text = call("events", "values.rtlog").out
    assert "with str 'the password'" in text
    assert "ValueError: the secret" in text


def test_stack_depth(call: Callable[..., Output], program: Callable[..., str]) -> None:
    app = program(
        "from twisted.internet import defer\n"
        "def down(n): return down(n - 1) if n else defer.Deferred()\n"
        "down(30)\n"
    )
    for depth in (0, 5, 40):
        call("run", "--stack", str(depth), "-o", "x.rtlog", sys.executable, app)
        created = [each for each in actions(call, "x.rtlog") if each["action"] == "created"]
        stack = created[0].get("stack") or []
        assert isinstance(stack, list)
        assert len(stack) == min(depth, 32)


def test_both_engines_tell_the_same(
    call: Callable[..., Output], program: Callable[..., str]
) -> None:
    app = program(
        "from twisted.internet import defer\n"
        "def work(x):\n    return defer.succeed(x + 1)\n"
        "d = defer.Deferred()\nd.addCallback(work); d.addErrback(str); d.callback(1)\n"
        "e = defer.Deferred(); d.chainDeferred(e); e.addCallback(lambda x: 1 / 0)\n"
        "e.addErrback(lambda f: None)\n"
    )
    told = []
    for engine in ("native", "wrap"):
        call("run", "--engine", engine, "-o", "x.rtlog", sys.executable, app)
        events = [
            (each["action"], each.get("serial"), each.get("callback"))
            for each in actions(call, "x.rtlog")
        ]
        told.append(events)
    assert told[0] == told[1]


def test_a_python_that_never_imports_twisted(
    call: Callable[..., Output], program: Callable[..., str], tmp_path: Path
) -> None:
    done = call("run", sys.executable, program("print('ran')"))
    assert done.out == "ran\n"
    assert "nothing was recorded: Python ran (" in done.err
    assert "but never imported twisted.internet.defer" in done.err
    assert not list(tmp_path.glob("*.rtlog"))
