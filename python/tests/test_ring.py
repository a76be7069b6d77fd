# SPDX-License-Identifier: MIT
"""The flight recorder: segments of a ring, dumps, and files that somebody spoils meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import of, reactortrack_command, read_events

Event = dict[str, Any]

HEAD = """
import gc, os, sys, time, reactortrack
from twisted.internet import defer
path = sys.argv[1]
def fill(bytes_to_write):
    # about 40 bytes a round
    for _ in range(bytes_to_write // 40):
        d = defer.Deferred()
        d.addCallback(str)
        d.callback(1)
def never_fired():
    d = defer.Deferred()
    d.addCallback(len)
    d.addErrback(repr)
    return d
@defer.inlineCallbacks
def waits_for(d):
    yield d
"""


def run(program: str, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("REACTORTRACK_")}
    done = subprocess.run(
        [sys.executable, "-c", HEAD + program, *arguments],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == status, done.stderr
    return done


def summary(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [reactortrack_command(), "summary", "--json", str(path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def size_of(ring: Path) -> int:
    return sum(each.stat().st_blocks * 512 for each in ring.iterdir())


def segments(ring: Path) -> list[Path]:
    return sorted(ring.iterdir())


LONG = """
kept = never_fired()
reactortrack_recording = reactortrack.record(path, ring="4M", engine=sys.argv[2])
lost_one = never_fired()
waiting = waits_for(lost_one)
for each in range(8):
    fill(1_500_000)
    reactortrack.mark(f"round {each}")
    assert sum(os.stat(os.path.join(path, n)).st_blocks * 512 for n in os.listdir(path)) <= 4 << 20
print(gc.isenabled())
reactortrack_recording.stop()
"""


def test_a_ring_keeps_the_newest_events_in_bounded_space(tmp_path: Path, engine: str) -> None:
    ring = tmp_path / "x.rtlog"
    run(LONG, str(ring), engine)
    assert size_of(ring) <= 4 << 20
    assert all(each.suffix == ".rtlog" and each.stem.isdigit() for each in ring.iterdir())
    assert segments(ring)[0].stem != "000001"
    events = read_events(ring)
    assert events[-1]["action"] == "end"
    (gone,) = of(events, "lost")
    assert gone["reason"] == "left_out"
    assert gone["count"] > 100_000
    marks = [each["text"] for each in of(events, "mark")]
    assert marks[-1] == "round 7"
    assert marks[0] != "round 0"
    assert summary(ring)["ending"] == "complete"


@pytest.mark.parametrize("which", ["all", "newest", "middle"])
def test_what_is_older_than_the_segments_is_told_again(
    tmp_path: Path, engine: str, which: str
) -> None:
    ring = tmp_path / "x.rtlog"
    run(LONG, str(ring), engine)
    found = segments(ring)
    path = {"all": ring, "newest": found[-2], "middle": found[len(found) // 2]}[which]
    events = read_events(path)
    pending = [
        each
        for each in of(events, "created")
        if any(frame["function"] == "never_fired" for frame in each.get("stack", []))
    ]
    assert len(pending) == 1
    serial, created = pending[0]["serial"], pending[0]["t"]
    (t0, *_), last = [each["t"] for each in events if "t" in each], events[-1]["t"]
    assert created == t0 or created < 1  # when it happened, not when it was told again
    assert last > created
    attached = [each for each in of(events, "attached") if each["serial"] == serial]
    sides = [(each["callback"], each["errback"]) for each in attached]
    assert sides[:2] == [("builtins.len", None), (None, "builtins.repr")]
    waits = [each for each in of(events, "waiting") if each.get("on_serial") == serial]
    assert [each["how"] for each in waits] == ["awaited"]
    functions = [each["function"] for each in of(events, "coroutine")]
    assert any("waits_for" in each for each in functions)


def test_many_delayed_calls_are_told_again_beside_few_deferreds(tmp_path: Path) -> None:
    path = tmp_path / "x.rtlog"
    run(
        """
from twisted.internet import reactor
with reactortrack.record(path, ring="4M"):
    calls = [reactor.callLater(3600, print) for _ in range(3000)]
    fill(3_000_000)
""",
        str(path),
    )
    whole = segments(path)[1:-1]
    assert len(whole) > 2
    for segment in whole:
        assert len(of(read_events(segment), "call_scheduled")) == 3000


def test_a_ring_can_be_followed_by_a_monitor(tmp_path: Path) -> None:
    done = run(
        """
from reactortrack.monitor import JSONMonitor
with reactortrack.record(path, ring="4M"):
    monitor = JSONMonitor(True)
    d = defer.Deferred()
    monitor.track(d)
    d.addCallback(str)
    fill(3_000_000)
    d.callback(1)
    print(*monitor.buffer, sep="\\n")
""",
        str(tmp_path / "x.rtlog"),
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["action"] for each in lines] == [
        "created",
        "attached",
        "fired",
        "executing",
        "executed",
    ]
    assert len({each["deferred"] for each in lines}) == 1


def test_the_child_of_a_fork_has_a_ring_of_its_own(tmp_path: Path) -> None:
    run(
        """
with reactortrack.record(path, ring="4M"):
    fill(700_000)
    child = os.fork()
    for _ in range(2):
        fill(700_000)
        reactortrack.mark("child" if child == 0 else "parent")
    if child:
        os.waitpid(child, 0)
""",
        str(tmp_path / "x.rtlog"),
    )
    assert len(list(tmp_path.iterdir())) == 2
    for ring in tmp_path.iterdir():
        marks = {each["text"] for each in of(read_events(ring), "mark")}
        assert marks == {"parent" if ring.name == "x.rtlog" else "child"}


@pytest.mark.parametrize("size", ["1M", "many", "64X", "-64M", ""])
def test_a_size_that_is_none_is_an_error(tmp_path: Path, size: str) -> None:
    import reactortrack

    with pytest.raises(ValueError, match="ring"):
        reactortrack.record(tmp_path / "x.rtlog", ring=size)
    assert not (tmp_path / "x.rtlog").exists()


# ---- Dumps --------------------------------------------------------------------------------------


def test_a_dump_keeps_what_happened_before_it(tmp_path: Path) -> None:
    done = run(
        """
import threading
with reactortrack.record(path, ring="4M"):
    reactortrack.mark("before")
    fill(700_000)
    reactortrack.mark("trouble")
    threads = [threading.Thread(target=lambda: print(reactortrack.dump()))]
    threads[0].start(); threads[0].join()
    fill(9_000_000)
    print(reactortrack.dump(before=0))
""",
        str(tmp_path / "x.rtlog"),
    )
    first, second = (Path(line) for line in done.stdout.split())
    assert (first.name, second.name) == ("x.dump-1.rtlog", "x.dump-2.rtlog")
    marks = [each["text"] for each in of(read_events(first), "mark")]
    assert marks == ["before", "trouble"]
    assert of(read_events(second), "mark") == []
    assert len(segments(second)) == 1
    # Nothing is written twice: the segments have second names.
    assert all(each.stat().st_nlink <= 2 for each in first.iterdir())


def test_a_dump_can_wait_for_what_comes_after(tmp_path: Path) -> None:
    done = run(
        """
from twisted.internet import reactor, task
with reactortrack.record(path, ring="4M"):
    def trouble():
        reactortrack.mark("trouble")
        print(reactortrack.dump(after=0.3))
    def later(text):
        reactortrack.mark(text)
    reactor.callLater(0, trouble)
    reactor.callLater(0.1, later, "soon after")
    reactor.callLater(0.6, int)  # the next round of the reactor ends the dump
    reactor.callLater(0.9, later, "long after")
    reactor.callLater(1, reactor.stop)
    reactor.run()
""",
        str(tmp_path / "x.rtlog"),
    )
    marks = [each["text"] for each in of(read_events(Path(done.stdout.strip())), "mark")]
    assert marks == ["trouble", "soon after"]


def test_without_a_ring_a_dump_is_a_copy(tmp_path: Path) -> None:
    done = run(
        """
with reactortrack.record(path):
    reactortrack.mark("before")
    print(reactortrack.dump(sys.argv[1] + ".copy"))
    reactortrack.mark("after")
""",
        str(tmp_path / "x.rtlog"),
    )
    copy = Path(done.stdout.strip())
    assert copy == tmp_path / "x.rtlog.copy"
    assert [each["text"] for each in of(read_events(copy), "mark")] == ["before"]


def test_a_dump_that_fails_raises_nothing_and_is_told_of_at_the_end(tmp_path: Path) -> None:
    done = run(
        """
print(reactortrack.dump())
with reactortrack.record(path, ring="4M"):
    print(reactortrack.dump("/proc/none/x.rtlog"))
    print(reactortrack.dump(before="a while"))
    print(reactortrack.dump(before=float("nan")))
    sys.stderr.flush()
    print("told", file=sys.stderr)
""",
        str(tmp_path / "x.rtlog"),
    )
    assert done.stdout.split() == ["None"] * 4
    before, after = done.stderr.split("told\n")
    assert before == ""
    assert "/proc/none/x.rtlog: cannot be written: No such file" in after


def test_a_signal_dumps_and_then_does_what_it_did(tmp_path: Path) -> None:
    program = """
import signal
signal.signal(signal.SIGUSR2, lambda number, frame: print("the program's own", flush=True))
import twisted.internet.defer
reactortrack.mark("trouble")
os.kill(os.getpid(), signal.SIGUSR2)
os.kill(os.getpid(), signal.SIGUSR2)
"""
    script = tmp_path / "app.py"
    script.write_text(
        program.replace("reactortrack.mark", "import reactortrack; reactortrack.mark").replace(
            "\nsignal.signal", "\nimport os\nsignal.signal", 1
        )
    )
    ring = tmp_path / "x.rtlog"
    done = subprocess.run(
        [
            reactortrack_command(),
            "run",
            "-o",
            str(ring),
            "--ring",
            "4M",
            "--dump-signal",
            "USR2",
            sys.executable,
            str(script),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the program's own\n" * 2
    for name in ("x.dump-1.rtlog", "x.dump-2.rtlog"):
        assert [each["text"] for each in of(read_events(tmp_path / name), "mark")] == ["trouble"]


# ---- Trouble with files -------------------------------------------------------------------------

TROUBLE = """
recording = reactortrack.record(path, ring=sys.argv[2] or None)
fill(300_000)
reactortrack.mark("before")
{trouble}
for _ in range(4):
    fill(600_000)
reactortrack.mark("after")
print("goes on")
"""
CUT = """
for folder, _, names in os.walk(path):
    for name in names:
        os.truncate(os.path.join(folder, name), 0)
if os.path.isfile(path):
    os.truncate(path, 4096)
"""
DELETED = "import shutil; shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)"
READ_ONLY = "os.chmod(os.path.dirname(path), 0o555); os.path.isdir(path) and os.chmod(path, 0o555)"


@pytest.mark.parametrize("ring", ["", "4M"], ids=["stream", "ring"])
@pytest.mark.parametrize("how", ["cut", "deleted", "read_only"])
def test_the_program_goes_on_whatever_happens_to_the_file(
    tmp_path: Path, how: str, ring: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "x.rtlog"
    trouble = {"cut": CUT, "deleted": DELETED, "read_only": READ_ONLY}[how]
    done = run(TROUBLE.replace("{trouble}", trouble), str(path), ring)
    folder.chmod(0o755)
    if path.is_dir():
        path.chmod(0o755)
    assert done.stdout == "goes on\n"
    told = [line for line in done.stderr.splitlines() if line]
    assert len(told) <= 1
    if how == "cut":
        assert "made shorter by somebody" in done.stderr
    if how == "deleted" and not ring:
        assert "deleted while it was written" in done.stderr
    if ring:  # goes on in the next segment
        assert [each["text"] for each in of(read_events(path), "mark")][-1] == "after"
    elif how == "read_only":
        assert [each["text"] for each in of(read_events(path), "mark")] == ["before", "after"]


def test_a_bus_error_of_the_program_stays_its_own(tmp_path: Path) -> None:
    program = """
import mmap
with open(path + ".data", "w+b") as file:
    file.truncate(8192)
    memory = mmap.mmap(file.fileno(), 8192)
    recording = reactortrack.record(path)
    os.truncate(path + ".data", 0)
    memory[4096] = 1
"""
    run(program, str(tmp_path / "x.rtlog"), status=-7)
    run(
        "import faulthandler; faulthandler.enable()" + program, str(tmp_path / "y.rtlog"), status=-7
    )


def test_a_ring_on_a_full_disk_makes_room_or_waits(tmp_path: Path) -> None:
    program = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
recording = reactortrack.record(path, ring="4M")
fill(700_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
fill(1_000_000)
reactortrack.mark("lost")
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
time.sleep(0.25)
fill(100_000)
reactortrack.mark("room again")
recording.stop()
print("goes on")
"""
    done = run(program, str(tmp_path / "x.rtlog"))
    assert done.stdout == "goes on\n"
    assert "events could not be written" in done.stderr
    events = read_events(tmp_path / "x.rtlog")
    assert [each["text"] for each in of(events, "mark")] == ["room again"]
    lost = of(events, "lost")
    assert [each["reason"] for each in lost] == ["no_space"]
    assert lost[0]["count"] > 1000


def test_nobody_else_may_write_a_recording_in_progress(tmp_path: Path) -> None:
    run(
        """
recording = reactortrack.record(path)
assert os.stat(path).st_mode & 0o222 == 0
recording.stop()
assert os.stat(path).st_mode & 0o200
""",
        str(tmp_path / "x.rtlog"),
    )
