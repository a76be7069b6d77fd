# SPDX-License-Identifier: MIT
"""Measuring the same thing in several modes, side by side.

Each mode has a process of its own, so that nothing of one mode is left in another. A round measures
each mode once, one right after the other, and each time is divided by the untracked time of the
same round: when the machine is busy for a while, it is so for all modes. The result is the median
of these ratios.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
UNTRACKED = "untracked"


@dataclass(frozen=True)
class Mode:
    name: str
    title: str
    needs: str = ""  # a Python package; without it the mode is left out

    @property
    def available(self) -> bool:
        return not self.needs or importlib.util.find_spec(self.needs) is not None


MODES = (
    Mode(UNTRACKED, "untracked"),
    Mode("recording", "recording", needs="reactortrack"),
    Mode("recording-stack0", "stack 0", needs="reactortrack"),
    Mode("off-again", "off again", needs="reactortrack"),
    Mode("debugging", "setDebugging"),
    Mode("viztracer", "VizTracer", needs="viztracer"),
)


class ChildFailed(Exception):
    """A process that should have measured something ended instead."""


@dataclass(frozen=True)
class Measured:
    """What `mode` took: medians of the rounds."""

    mode: str
    rounds: int
    iterations: int
    cpu_s: float  # of one iteration
    wall_s: float
    cpu_ratio: float  # to the untracked time of the same round
    wall_ratio: float
    cpu_ratio_least: float
    cpu_ratio_most: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def measured(mode: str, own: list[dict[str, Any]], untracked: list[dict[str, Any]]) -> Measured:
    """Medians of the answers of one mode, and of their ratios to the untracked ones."""

    def ratios(clock: str) -> list[float]:
        return [
            (mine[clock] / mine["iterations"]) / (base[clock] / base["iterations"])
            for mine, base in zip(own, untracked)
        ]

    def median(clock: str) -> float:
        return float(statistics.median(answer[clock] / answer["iterations"] for answer in own))

    return Measured(
        mode=mode,
        rounds=len(own),
        iterations=own[-1]["iterations"],
        cpu_s=median("cpu_s"),
        wall_s=median("wall_s"),
        cpu_ratio=statistics.median(ratios("cpu_s")),
        wall_ratio=statistics.median(ratios("wall_s")),
        cpu_ratio_least=min(ratios("cpu_s")),
        cpu_ratio_most=max(ratios("cpu_s")),
    )


def all_measured(answers: dict[str, list[dict[str, Any]]]) -> dict[str, Measured]:
    return {mode: measured(mode, own, answers[UNTRACKED]) for mode, own in answers.items()}


def child_command(*arguments: str) -> list[str]:
    return [sys.executable, str(HERE / "child.py"), *arguments]


def child_environment() -> dict[str, str]:
    # Fixed hashes: dictionaries have the same collisions in all processes.
    return {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


class WorkloadChild:
    """A process that runs workloads in one mode, on request."""

    def __init__(self, mode: Mode, recordings: Path) -> None:
        self.mode = mode
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed by close)
        self.process = subprocess.Popen(
            child_command("workloads", mode.name, str(recordings)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=child_environment(),
        )

    def run(self, workload: str, seconds: float, iterations: int | None) -> dict[str, Any]:
        """One measurement. Without `iterations` it finds out how many take about `seconds`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        request = {"workload": workload, "seconds": seconds, "iterations": iterations}
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            status = self.process.wait()
            self.errors.seek(0)
            raise ChildFailed(
                f"{workload}, {self.mode.name}: status {status}\n{self.errors.read()}"
            )
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        self.errors.close()


def run_rounds(
    children: list[WorkloadChild], workload: str, rounds: int, seconds: float
) -> dict[str, Measured]:
    """Measures one workload in all modes, in turn."""
    iterations: dict[str, int] = {}
    for child in children:  # warms up as well
        iterations[child.mode.name] = child.run(workload, seconds, None)["iterations"]
    answers: dict[str, list[dict[str, Any]]] = {child.mode.name: [] for child in children}
    for number in range(rounds):
        # Every other round backwards, so that no mode always comes right after the same one.
        for child in children if number % 2 == 0 else reversed(children):
            name = child.mode.name
            answers[name].append(child.run(workload, seconds, iterations[name]))
    return all_measured(answers)


def run_program_once(mode: Mode, recording: Path, script: Path, *arguments: str) -> dict[str, Any]:
    """Runs a script in a fresh process. The answer has its output under "output"."""
    done = subprocess.run(
        child_command("program", mode.name, str(recording), str(script), *arguments),
        capture_output=True,
        text=True,
        env=child_environment(),
    )
    if done.returncode != 0:
        raise ChildFailed(f"{script.name}, {mode.name}: status {done.returncode}\n{done.stderr}")
    *output, answer = done.stdout.splitlines()
    return {"iterations": 1, "output": output, "stderr": done.stderr, **json.loads(answer)}


def run_program_rounds(
    modes: list[Mode], recordings: Path, rounds: int, script: Path, *arguments: str
) -> tuple[dict[str, Measured], dict[str, list[dict[str, Any]]]]:
    """Measures one program in all modes, in turn; returns the answers as well."""
    answers: dict[str, list[dict[str, Any]]] = {mode.name: [] for mode in modes}
    for number in range(rounds):
        for mode in modes if number % 2 == 0 else reversed(modes):
            recording = recordings / f"{script.stem}.{mode.name}.rtlog"
            answers[mode.name].append(run_program_once(mode, recording, script, *arguments))
    return all_measured(answers), answers
