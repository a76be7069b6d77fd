#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures what recording costs, and prints it as tables of ratios (`make bench`).

    python benchmarks/run.py            # some minutes
    python benchmarks/run.py --quick    # under a minute: does it still work, roughly what comes out

The tables are also written to build/bench/results.txt, all figures to build/bench/results.json.
README.md beside this file says what each figure means.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import core_benchmarks
import harness
import recordings
import tables
from harness import MODES, Measured, Mode
from workloads import GROUPS, WORKLOADS

ROOT = Path(__file__).resolve().parent.parent
RATE = re.compile(r"([0-9.]+) ((?:requests|pages)/s)$")


@dataclass(frozen=True)
class Amount:
    """How much is measured."""

    workload_rounds: int
    workload_seconds: float
    program_rounds: int
    requests: int
    pages: int
    orders: int
    requests_to_read: int  # of the recording that reading is measured with


FULL = Amount(11, 0.03, 5, requests=2000, pages=200, orders=200, requests_to_read=20_000)
QUICK = Amount(5, 0.01, 1, requests=300, pages=30, orders=40, requests_to_read=1000)


def say(text: str) -> None:
    """Progress, on stderr; one line that is written over when it is seen by a person."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text[:100]}", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)


def measure_workloads(
    modes: list[Mode], folder: Path, names: list[str], amount: Amount
) -> dict[str, dict[str, Measured]]:
    results = {}
    for group in GROUPS:
        of_group = [name for name in names if WORKLOADS[name].group == group]
        if not of_group:
            continue
        # Each switching on and off makes the interpreter forget what it had specialised, and after
        # some of them it tries less often: a process for all would be slower towards its end.
        children = [harness.WorkloadChild(mode, folder) for mode in modes]
        try:
            for name in of_group:
                say(f"Deferreds {len(results) + 1}/{len(names)}: {name}")
                results[name] = harness.run_rounds(
                    children, name, amount.workload_rounds, amount.workload_seconds
                )
        finally:
            for child in children:
                child.close()
    return results


def program_arguments(amount: Amount) -> dict[str, list[str]]:
    return {
        "web_server": ["--requests", str(amount.requests)],
        "pipeline": ["--orders", str(amount.orders)],
        "spider": ["--pages", str(amount.pages)],
    }


@dataclass
class Programs:
    results: dict[str, dict[str, Measured]]
    rates: dict[str, dict[str, tuple[float, str]]]


def rate_of(answers: list[dict[str, Any]]) -> tuple[float, str] | None:
    """The median of the speeds that a program printed in its last line, and their unit."""
    found = [RATE.search(answer["output"][-1]) for answer in answers]
    matches = [match for match in found if match]
    if not matches:
        return None
    return statistics.median(float(match[1]) for match in matches), matches[0][2]


def measure_programs(modes: list[Mode], folder: Path, names: list[str], amount: Amount) -> Programs:
    programs = Programs({}, {})
    for name in names:
        say(f"programs: {name}")
        results, answers = harness.run_program_rounds(
            modes,
            folder,
            amount.program_rounds,
            ROOT / "examples" / f"{name}.py",
            *program_arguments(amount)[name],
        )
        programs.results[name] = results
        rates = {mode: rate_of(each) for mode, each in answers.items()}
        if all(rates.values()):
            programs.rates[name] = {mode: rate for mode, rate in rates.items() if rate}
    return programs


def measure_sizes(command: str, folder: Path, results: dict[str, dict[str, Measured]]) -> list[Any]:
    """The size of each recording made with stacks; fails when one has too few events."""
    sizes = []
    for name, measured in results.items():
        if "recording" not in measured:
            continue
        size = recordings.size_of(command, name, folder / f"{name}.recording.rtlog")
        iterations = measured["recording"].iterations
        if size.event_count < iterations:
            raise harness.ChildFailed(f"{name}: {size.event_count} events, {iterations} iterations")
        sizes.append(size)
    return sizes


def measure_reading(command: str, folder: Path, amount: Amount) -> list[recordings.Reading]:
    say("reading: making a large recording")
    path = folder / "to-read.rtlog"
    mode = next(mode for mode in MODES if mode.name == "recording")
    script = ROOT / "examples" / "web_server.py"
    harness.run_program_once(mode, path, script, "--requests", str(amount.requests_to_read))
    say("reading")
    readings = [recordings.read_by_summary(command, path, rounds=5)]
    return readings + recordings.read_by_log_benchmark(ROOT / "build" / "release")


def version_of(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def processor_name() -> str:
    with contextlib.suppress(OSError):  # Linux
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(": ")[2]
    return platform.processor()


def circumstances() -> dict[str, Any]:
    """What the figures hang on."""
    return {
        "python": platform.python_version(),
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "began_unix_s": round(time.time()),
        **{name: version_of(name) for name in ("twisted", "reactortrack", "viztracer", "scrapy")},
    }


def heading(facts: dict[str, Any]) -> list[str]:
    lines = [
        f"Python {facts['python']}, Twisted {facts['twisted']}, "
        f"reactortrack {facts['reactortrack']}, VizTracer {facts['viztracer']}",
        f"{facts['processor']}, {facts['cores']} cores",
    ]
    if facts["load"] > 0.5:
        lines.append(f"The machine was not idle (load {facts['load']:.1f}): the figures are rough.")
    missing = [mode.title for mode in MODES if not mode.available]
    if missing:
        lines.append(f"Not measured, as their package is not installed: {', '.join(missing)}.")
    return lines


def choose(names: list[str], wanted: list[str]) -> list[str]:
    return [name for name in names if not wanted or name in wanted]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures what recording costs.")
    parser.add_argument("--quick", action="store_true", help="a short run, for a rough answer")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench", metavar="FOLDER")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="workloads, programs")
    options = parser.parse_args(arguments)
    known = {*WORKLOADS, *program_arguments(FULL)}
    unknown = set(options.only) - known
    if unknown:
        parser.error(f"no such workload: {', '.join(sorted(unknown))}; there are {sorted(known)}")
    return options


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    amount = QUICK if options.quick else FULL
    folder = options.output / "recordings"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    facts = circumstances()
    modes = [mode for mode in MODES if mode.available]
    sections = [heading(facts)]
    found: dict[str, Any] = {"circumstances": facts}

    workloads: dict[str, dict[str, Measured]] = {}
    names = choose(list(WORKLOADS), options.only)
    if names:
        workloads = measure_workloads(modes, folder, names, amount)
        sections.append(tables.workload_table(workloads))
    programs = Programs({}, {})
    names = choose(list(program_arguments(amount)), options.only)
    if names:
        # "Off again" is about a process that goes on afterwards, and these do not.
        program_modes = [mode for mode in modes if mode.name != "off-again"]
        programs = measure_programs(program_modes, folder, names, amount)
        sections.append(tables.program_table(programs.results, programs.rates))
    found["times"] = {
        name: {mode: each.as_json() for mode, each in measured.items()}
        for name, measured in {**workloads, **programs.results}.items()
    }
    found["rates"] = programs.rates

    command = recordings.find_command()
    if command and any(mode.name == "recording" for mode in modes):
        say("sizes")
        sizes = measure_sizes(command, folder, {**workloads, **programs.results})
        readings = measure_reading(command, folder, amount)
        sections += [tables.size_table(sizes), tables.reading_table(readings)]
        found["sizes"] = [size.as_json() for size in sizes]
        found["reading"] = [reading.as_json() for reading in readings]

    if not options.only and not options.quick:
        sections.append(core_benchmarks.core_table(ROOT / "build" / "release", folder, say))
    if sys.stderr.isatty():
        say("")
    text = "\n\n".join("\n".join(section) for section in sections)
    print(text)
    (options.output / "results.txt").write_text(text + "\n")
    (options.output / "results.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except harness.ChildFailed as problem:
        sys.exit(f"benchmarks: {problem}")
