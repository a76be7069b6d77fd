# SPDX-License-Identifier: MIT
"""The process in which things are measured; started by harness.py, once for a mode.

    child.py workloads MODE FOLDER                answers each line of JSON with one
    child.py program MODE RECORDING SCRIPT ARG... runs a script's main(), ends with such a line

Tracking begins before the clock is started and ends after it is stopped: what is measured is the
time of a program while it is tracked. Both clocks are read: CPU time of the process with all its
threads, which other processes on the machine disturb least, and wall time.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from workloads import WORKLOADS


@contextlib.contextmanager
def recorded(path: Path, stack_depth: int) -> Iterator[None]:
    import reactortrack

    path.unlink(missing_ok=True)
    with reactortrack.record(str(path), stack_depth=stack_depth):
        yield


@contextlib.contextmanager
def recorded_before(path: Path) -> Iterator[None]:
    """Recording has been on in this process and is off again."""
    with recorded(path, 16):
        WORKLOADS["added_then_fired"].run(100)
    yield


@contextlib.contextmanager
def debugged() -> Iterator[None]:
    from twisted.internet import defer

    defer.setDebugging(True)
    try:
        yield
    finally:
        defer.setDebugging(False)


@contextlib.contextmanager
def viztraced() -> Iterator[None]:
    """VizTracer as it comes. Its file, which it makes at the end, is not asked for."""
    from viztracer import VizTracer

    tracer = VizTracer(verbose=0)
    tracer.start()
    try:
        yield
    finally:
        tracer.stop()
        tracer.clear()


def tracked(mode: str, recording: Path) -> contextlib.AbstractContextManager[None]:
    """What is switched on while `mode` is measured; its names are those of harness.MODES."""
    if mode == "recording":
        return recorded(recording, 16)
    if mode == "recording-stack0":
        return recorded(recording, 0)
    if mode == "off-again":
        return recorded_before(recording)
    if mode == "debugging":
        return debugged()
    if mode == "viztracer":
        return viztraced()
    assert mode == "untracked", mode
    return contextlib.nullcontext()


def timed(run: Callable[..., object], *arguments: object) -> dict[str, float]:
    gc.collect()
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    run(*arguments)
    return {"cpu_s": time.process_time() - cpu_s, "wall_s": time.perf_counter() - wall_s}


def enough_iterations(run: Callable[[int], None], seconds: float) -> int:
    """How many iterations take about `seconds`. Ten at least: fewer are not worth a clock."""
    run(1)  # what is imported or begun with the first one does not count
    iterations = 10
    while True:
        taken = timed(run, iterations)["cpu_s"]
        if taken >= seconds / 4:
            return max(10, round(iterations * seconds / taken))
        iterations *= 4


def answer_requests(mode: str, folder: Path) -> None:
    for line in sys.stdin:
        request = json.loads(line)
        name = request["workload"]
        run = WORKLOADS[name].run
        with tracked(mode, folder / f"{name}.{mode}.rtlog"):
            iterations = request["iterations"] or enough_iterations(run, request["seconds"])
            measured = timed(run, iterations)
        print(json.dumps({"iterations": iterations, **measured}), flush=True)


def load_script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def run_program(mode: str, recording: Path, script: Path, arguments: list[str]) -> None:
    program = load_script(script)  # its imports are not measured

    def run() -> None:
        try:
            program.main(arguments)
        except SystemExit as end:  # task.react ends so
            if end.code:
                raise

    with tracked(mode, recording):
        measured = timed(run)
    print(json.dumps(measured), flush=True)


def main() -> None:
    what, mode, recording = sys.argv[1:4]
    if what == "workloads":
        answer_requests(mode, Path(recording))
    else:
        run_program(mode, Path(recording), Path(sys.argv[4]), sys.argv[5:])
    sys.stdout.flush()
    os._exit(0)  # nothing to tidy up, and a tracer's hook at exit would write what nobody reads


if __name__ == "__main__":
    main()
