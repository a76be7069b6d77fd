# SPDX-License-Identifier: MIT
"""Recordings as files: begin and end, processes, threads, kill -9, no space."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import reactortrack
from conftest import of, reactortrack_command, read_events


def run(program: str, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == expect, done.stderr
    return done


def summary(path: Path) -> dict[str, object]:
    read = subprocess.run(
        [reactortrack_command(), "summary", "--json", str(path)], capture_output=True, text=True
    )
    assert read.returncode == 0, read.stderr
    result: dict[str, object] = json.loads(read.stdout)
    return result


def test_two_recordings_one_after_the_other(tmp_path: Path) -> None:
    program = """
import sys, reactortrack
from twisted.internet import defer
kept = defer.Deferred()
for name in sys.argv[1:]:
    with reactortrack.record(name):
        kept.addCallback(lambda v: v)
        defer.succeed(1)
    defer.succeed("not recorded")
"""
    paths = [tmp_path / "one.rtlog", tmp_path / "two.rtlog"]
    run(program, *map(str, paths))
    for path in paths:
        events = read_events(path)
        assert [e["serial"] for e in of(events, "adopted") + of(events, "created")] == [1, 2]
        assert [e["type"] for e in of(events, "fired")] == ["int"]
        assert events[-1]["action"] == "end"


def test_stop_puts_everything_back(tmp_path: Path) -> None:
    import warnings

    from twisted.internet import base, defer, posixbase, selectreactor, task
    from twisted.python import lockfile, threadpool

    owners = [
        defer.Deferred,
        defer.DeferredList,
        defer._ConcurrencyPrimitive,
        defer.DeferredLock,
        defer.DeferredSemaphore,
        defer.DeferredQueue,
        defer.DeferredFilesystemLock,
        lockfile.FilesystemLock,
        threadpool.ThreadPool,
        task.LoopingCall,
        warnings,
        base.ReactorBase,
        base.DelayedCall,
        posixbase._PollLikeMixin,
        selectreactor.SelectReactor,
    ]
    before = [dict(vars(owner)) for owner in owners]
    code = defer.succeed.__code__
    cancellable = defer._cancellableInlineCallbacks
    meta_path = list(sys.meta_path)
    for engine in ("native", "wrap"):
        with reactortrack.record(tmp_path / f"{engine}.rtlog", engine=engine) as recording:
            assert recording.engine == engine
            assert vars(defer.Deferred)["__init__"] is not before[0]["__init__"]
            for owner, old in zip(owners, before):
                assert any(vars(owner)[name] is not old[name] for name in old), owner
            defer.DeferredLock().acquire()
            defer.fail(ValueError()).addErrback(lambda failure: None)
        for owner, old in zip(owners, before):
            new = dict(vars(owner))
            assert [name for name in old if new.get(name) is not old[name]] == []
        assert defer.succeed.__code__ is code
        assert defer._cancellableInlineCallbacks is cancellable
        assert sys.meta_path == meta_path


def test_an_existing_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "x.rtlog"
    path.write_text("mine")
    with reactortrack.record(path) as recording:
        pass
    assert path.read_text() == "mine"
    assert recording.path == str(tmp_path / f"x.{os.getpid()}.rtlog")
    assert read_events(Path(recording.path))[-1]["action"] == "end"


def test_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    from twisted.internet import defer

    init = defer.Deferred.__init__
    with pytest.raises(OSError, match=r"no-such-folder.*cannot create the recording: No such file"):
        reactortrack.record(tmp_path / "no-such-folder" / "x.rtlog")
    assert defer.Deferred.__init__ is init


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="native or wrap, not 'steam'"):
        reactortrack.record(tmp_path / "x.rtlog", engine="steam")


def test_an_inner_record_warns_and_the_outer_goes_on(tmp_path: Path) -> None:
    from twisted.internet import defer

    with reactortrack.record(tmp_path / "outer.rtlog") as outer:
        with pytest.warns(RuntimeWarning, match=r"already, to .*outer\.rtlog"):
            inner = reactortrack.record(tmp_path / "inner.rtlog")
        assert inner.path == outer.path
        inner.stop()
        defer.succeed(1)
    assert not (tmp_path / "inner.rtlog").exists()
    assert len(of(read_events(Path(outer.path)), "created")) == 1


def test_marks(tmp_path: Path) -> None:
    reactortrack.mark("nobody hears")
    with reactortrack.record(tmp_path / "x.rtlog"):
        reactortrack.mark("here: \u00e4\u2713")
    assert [e["text"] for e in of(read_events(tmp_path / "x.rtlog"), "mark")] == [
        "here: \u00e4\u2713"
    ]


def test_a_forked_child_gets_its_own_file(tmp_path: Path) -> None:
    program = """
import os, sys, reactortrack
from twisted.internet import defer
recording = reactortrack.record(sys.argv[1])
shared = defer.Deferred()
child = os.fork()
if child == 0:
    shared.addCallback(print)
    defer.succeed("child")
    recording.stop()
    os._exit(0)
os.waitpid(child, 0)
defer.succeed("parent")
recording.stop()
print(child)
"""
    child = int(run(program, str(tmp_path / "x.rtlog")).stdout)
    parent = read_events(tmp_path / "x.rtlog")
    assert len(of(parent, "created")) == 2
    assert parent[-1]["action"] == "end"
    own = read_events(tmp_path / f"x.{child}.rtlog")
    assert [e["action"] for e in own if "serial" in e][:2] == ["adopted", "attached"]
    assert len(of(own, "created")) == 1
    info = summary(tmp_path / f"x.{child}.rtlog")["info"]
    assert isinstance(info, dict)
    assert (info["pid"], info["started_by"]) == (str(child), "fork")


def test_a_fork_without_events_leaves_no_file(tmp_path: Path) -> None:
    program = """
import os, sys, reactortrack
from twisted.internet import defer
with reactortrack.record(sys.argv[1]):
    defer.succeed(1)
    child = os.fork()
    if child == 0:
        sys.exit(0)
    os.waitpid(child, 0)
    defer.succeed(1)
"""
    run(program, str(tmp_path / "x.rtlog"))
    assert [path.name for path in tmp_path.iterdir()] == ["x.rtlog"]
    assert len(of(read_events(tmp_path / "x.rtlog"), "created")) == 2


def test_threads_are_told_apart(tmp_path: Path) -> None:
    program = """
import sys, threading, reactortrack
from twisted.internet import defer
with reactortrack.record(sys.argv[1]):
    d = defer.Deferred()
    thread = threading.Thread(target=d.callback, args=(1,), name="worker seven")
    thread.start()
    thread.join()
    defer.succeed(1)
"""
    run(program, str(tmp_path / "x.rtlog"))
    events = read_events(tmp_path / "x.rtlog")
    threads = of(events, "thread")
    assert [t.get("name") for t in threads] == ["MainThread", "worker seven", None]
    assert [t["thread"] for t in threads] == [1, 2, 1]
    fired = events.index(of(events, "fired")[0])
    assert events.index(threads[1]) < fired < events.index(threads[2])


@pytest.mark.parametrize(
    ("ending", "last", "status"),
    [("", "exit", 0), ("raise SystemExit(3)", "exit", 3), ("import os; os._exit(0)", None, 0)],
)
def test_how_the_process_ends(tmp_path: Path, ending: str, last: str | None, status: int) -> None:
    program = f"""
import sys, reactortrack
from twisted.internet import defer
reactortrack.record(sys.argv[1])
defer.succeed(1)
{ending}
"""
    run(program, str(tmp_path / "x.rtlog"), expect=status)
    events = read_events(tmp_path / "x.rtlog")
    assert len(of(events, "fired")) == 1
    assert [e["reason"] for e in of(events, "end")] == ([last] if last else [])


def test_twistd_ended_by_a_signal_leaves_a_complete_recording(tmp_path: Path) -> None:
    program = """
import os, signal, sys, reactortrack
reactortrack.record(sys.argv[1])
from twisted.internet import reactor
from twisted.scripts.twistd import run
reactor.callLater(0.1, os.kill, os.getpid(), signal.SIGTERM)
sys.argv = ["twistd", "-n", "--pidfile=", "web", "--listen", "tcp:0:interface=127.0.0.1"]
run()
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "x.rtlog")],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
    )
    assert done.returncode == -signal.SIGTERM, done.stderr
    assert read_events(tmp_path / "x.rtlog")[-1]["reason"] == "exit"


def test_kill_9_loses_nothing_that_was_done(tmp_path: Path) -> None:
    program = """
import sys, reactortrack
from twisted.internet import defer
reactortrack.record(sys.argv[1])
done = 0
while True:
    for _ in range(500):
        d = defer.Deferred()
        d.addCallback(lambda value: value)
        d.callback(1)
    done += 500
    print(done, flush=True)
"""
    path = tmp_path / "x.rtlog"
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    done = 0
    while done < 120_000:  # 8 events each: killed in the middle of a million
        done = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    rest = process.stdout.read().split()
    process.wait()
    done = int(rest[-1]) if rest else done
    read = subprocess.run(
        [reactortrack_command(), "summary", "--json", str(path)], capture_output=True, text=True
    )
    assert read.returncode == 0, read.stderr
    told = json.loads(read.stdout)
    assert told["ending"] == "truncated"
    assert done <= told["deferreds"]["all"] <= done + 1000


@pytest.mark.parametrize("ending", ["recording.stop()", "# the interpreter exits"])
def test_no_space_left_ends_the_recording_and_not_the_program(tmp_path: Path, ending: str) -> None:
    program = """
import resource, sys, reactortrack
from twisted.internet import defer
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
recording = reactortrack.record(sys.argv[1])
for _ in range(100_000):
    d = defer.Deferred()
    d.addCallback(lambda value: value + 1)
    d.callback(1)
print(d.result)
{ending}
"""
    done = run(program.replace("{ending}", ending), str(tmp_path / "x.rtlog"))
    assert done.stdout == "2\n"
    assert "events could not be written" in done.stderr
    events = read_events(tmp_path / "x.rtlog")
    lost = of(events, "lost")
    assert lost[-1]["reason"] == "no_space"
    assert lost[-1]["count"] > 100_000
    assert events[-1]["action"] == "end"


def test_the_recorder_keeps_nothing_alive(tmp_path: Path, engine: str) -> None:
    import gc
    import weakref

    from twisted.internet import defer

    class Result:
        pass

    with reactortrack.record(tmp_path / "x.rtlog", engine=engine, values=True):
        result, code = Result(), compile("lambda v: v", "made-up.py", "eval")
        function = eval(code, {})  # a namespace of its own, or it keeps ours
        d = defer.Deferred()
        d.addCallback(function)
        d.callback(result)
        gone = [weakref.ref(each) for each in (d, result, function, function.__code__)]
        del d, result, function, code
        gc.collect()
        assert [each() for each in gone] == [None, None, None, None]
