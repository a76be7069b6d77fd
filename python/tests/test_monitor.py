# SPDX-License-Identifier: MIT
"""JSONMonitor: the contract of 2013."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "example.py"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def run_program(source: str, folder: Path) -> list[dict[str, Any]]:
    """Runs a program that leaves `monitor`; its lines."""
    tail = "\nfor line in monitor.buffer:\n    print(line)\n"
    done = subprocess.run(
        [sys.executable, "-c", source + tail],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


HEAD = """
from reactortrack.monitor import JSONMonitor
from twisted.internet import defer
"""


def test_the_example_of_2013(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLE)], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "FINISHED!\n", done.stderr
    told = lines(tmp_path / "mon.out")
    attached = [line for line in told if line["action"] == "attached"]
    assert [(line["callback"], line["errback"]) for line in attached[:4]] == [
        ("__main__.simpleCallback", None),
        ("__main__.followup", None),
        ("__main__.problem", None),
        (None, "__main__.simpleErrback"),
    ]
    assert all(isinstance(line["deferred"], int) for line in attached)
    first, second = attached[0]["deferred"], attached[-2]["deferred"]
    assert first != second
    executed = [line for line in told if line["action"] in ("executed", "failed")]
    assert [
        (line["callback"], line["callback?"]) for line in executed if line["deferred"] == first
    ] == [
        ("__main__.simpleCallback", True),
        ("__main__.followup", True),
        ("__main__.problem", True),
        ("__main__.simpleErrback", False),
        ("twisted.internet.defer.Deferred.callback", True),
        ("__main__.finished", True),
    ]
    assert executed[0]["time"] == pytest.approx(1.0, abs=0.2)
    assert [line["callback"] for line in told if line["action"] == "failed"] == ["__main__.problem"]
    assert [line["to"] for line in told if line["action"] == "chained"] == [second]


def test_only_tracked_deferreds_give_lines(tmp_path: Path) -> None:
    told = run_program(
        HEAD
        + """
monitor = JSONMonitor()
d, other = defer.Deferred(), defer.Deferred()
monitor.track(d)
for each in (d, other):
    each.addCallback(lambda v: v)
    each.callback(1)
inner = defer.Deferred()
d.addCallback(lambda v: inner)
inner.addCallback(lambda v: v)
inner.callback(2)
""",
        tmp_path,
    )
    assert len({line["deferred"] for line in told}) == 1
    assert [line["action"] for line in told][:5] == [
        "created",
        "attached",
        "fired",
        "executing",
        "executed",
    ]


def test_chained_ones_are_tracked_when_asked_for(tmp_path: Path) -> None:
    told = run_program(
        HEAD
        + """
monitor = JSONMonitor(True)
d, inner, second = defer.Deferred(), defer.Deferred(), defer.Deferred()
inner.addErrback(print)
monitor.track(d)
d.addCallback(lambda v: inner)
d.chainDeferred(second)
d.callback(1)
inner.callback(2)
""",
        tmp_path,
    )
    by_deferred: dict[int, list[str]] = {}
    for line in told:
        by_deferred.setdefault(line["deferred"], []).append(line["action"])
    assert len(by_deferred) == 3
    assert all(actions[0] == "created" and "fired" in actions for actions in by_deferred.values())


def test_the_buffer_grows_by_itself_and_survives_close(tmp_path: Path) -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            HEAD
            + """
monitor = JSONMonitor()
d = defer.Deferred()
buffer = monitor.buffer
original = monitor._tracked
monitor.track(d)
before = len(buffer)
d.callback(1)
assert len(buffer) == before + 1 and "fired" in buffer[-1]
monitor.close()
assert len(buffer) == before + 1
from reactortrack import _recorder
assert not _recorder.is_on()
d.addCallback(print)
assert len(buffer) == before + 1
""",
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr


def test_a_monitor_goes_on_through_a_recording(tmp_path: Path) -> None:
    told = run_program(
        HEAD
        + f"""
import reactortrack
monitor = JSONMonitor()
d = defer.Deferred()
monitor.track(d)
d.addCallback(lambda v: "one")
with reactortrack.record({str(tmp_path / "x.rtlog")!r}):
    d.callback(1)
    defer.succeed("somebody else")
""",
        tmp_path,
    )
    assert [line["action"] for line in told if line["action"] in ("fired", "executed")] == [
        "fired",
        "executed",
    ]
    assert (tmp_path / "x.rtlog").exists()


def test_what_is_no_deferred_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HEAD + "JSONMonitor().track(5)"], capture_output=True, text=True
    )
    assert "TypeError: track() takes a Deferred, not int" in done.stderr
