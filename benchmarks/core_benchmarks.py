# SPDX-License-Identifier: MIT
"""Reading, stepping, layout and painting, beside what they may take.

Runs the programs that CMake builds (replay_benchmark, treemap_benchmark, raster_benchmark,
map_benchmark; release preset) and puts what they say beside the budgets. A program that has not
been built is left out, and the table says so.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LARGE_EVENTS = 10_000_000  # what replay_benchmark makes for itself
MAP_EVENTS = 2_000_000  # the recording that map_benchmark is given


@dataclass(frozen=True)
class Budget:
    what: str
    program: str
    measure: str  # a name in what the program says
    goal: float
    unit: str
    more_is_better: bool = False


BUDGETS = (
    Budget("reading into the replay", "replay", "read_timeline", 15.0, "M events/s", True),
    Budget("step, 10 M events", "replay", "step", 1000.0, "us"),
    Budget("seek, 10 M events", "replay", "seek", 50.0, "ms"),
    Budget("event decoded again", "replay", "event_at", 1000.0, "us"),
    Budget("layout of 1 M leaves, order", "treemap", "program order", 60.0, "ms"),
    Budget("  uneven weights", "treemap", "program, uneven order", 60.0, "ms"),
    Budget("layout of 1 M leaves, squarified", "treemap", "program squarified", 60.0, "ms"),
    Budget("  mean aspect ratio, order, nested", "treemap", "program order ratio", 1.9, ""),
    Budget("  order, flat", "treemap", "flat order ratio", 1.9, ""),
    Budget("  squarified, nested", "treemap", "program squarified ratio", 1.66, ""),
    Budget("painting 1 M tiles", "raster", "redraw/nested", 35.0, "ms"),
    Budget("painting one of them", "raster", "one_tile/nested", 1000.0, "us"),
    Budget("page: step and paint, native", "map", "step and paint", 16.0, "ms"),
    Budget("page: seek, native", "map", "seek", 50.0, "ms"),
    Budget("page: paint all, native", "map", "paint all", 35.0, "ms"),
)


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _google(text: str) -> dict[str, float]:
    """The time of each benchmark in its own unit; the reader's as millions of items a second."""
    figures: dict[str, float] = {}
    for run in json.loads(text)["benchmarks"]:
        name = run["name"].removesuffix("/real_time")
        items = run.get("items_per_second")
        figures[name] = items / 1e6 if name.startswith("read_") and items else run["real_time"]
    return figures


def _treemap(text: str) -> dict[str, float]:
    """The rows of the largest trees: "program, uneven  order  1000001  46.10  2.43 ..."."""
    row = re.compile(r"^(\S.*?)\s+(order|squarified|growing)\s+(\d+)\s+([\d.]+)\s+([\d.]+)", re.M)
    figures: dict[str, float] = {}
    for name, kind, leaves, ms, ratio in row.findall(text):
        if int(leaves) >= 900_000:
            figures[f"{name} {kind}"] = float(ms)
            figures[f"{name} {kind} ratio"] = float(ratio)
    return figures


def _map(text: str) -> dict[str, float]:
    """Lines of a name, the least and the median, in milliseconds: the median."""
    row = re.compile(r"^(\S.*?)\s{2,}([\d.]+)\s+([\d.]+)", re.M)
    return {name: float(median) for name, _, median in row.findall(text)}


def _measure(build: Path, folder: Path, program: str) -> dict[str, float] | None:
    """What one program says; None when it is not built."""
    binary = build / "benchmarks" / f"{program}_benchmark"
    if not os.access(binary, os.X_OK):
        return None
    if program == "treemap":
        return _treemap(_output([str(binary)]))
    if program == "map":
        maker = build / "benchmarks" / "make_large_recording"
        if not os.access(maker, os.X_OK):
            return None
        recording = folder / "large.rtlog"
        _output([str(maker), str(recording), "--events", str(MAP_EVENTS)])
        return _map(_output([str(binary), str(recording)]))
    return _google(_output([str(binary), "--benchmark_format=json"]))


def core_table(build: Path, folder: Path, say: Callable[[str], None]) -> list[str]:
    """Runs everything, some minutes, and gives the lines of the table."""
    figures: dict[str, dict[str, float] | None] = {}
    for program in ("replay", "treemap", "raster", "map"):
        say(f"core: {program}_benchmark")
        figures[program] = _measure(build, folder, program)
    lines = ["Core, native: what it takes, and what it may take.", ""]
    lines += [
        f"  {program}_benchmark is not built" for program, found in figures.items() if found is None
    ]
    for budget in BUDGETS:
        found = figures[budget.program]
        if found is None:
            continue
        value = found.get(budget.measure)
        if value is None:
            lines.append(f"  {budget.what:36} {budget.measure} was not measured")
            continue
        held = value >= budget.goal if budget.more_is_better else value <= budget.goal
        sign = ">=" if budget.more_is_better else "<="
        lines.append(
            f"  {budget.what:36}{value:10.3g} {budget.unit:11}{sign} {budget.goal:g}"
            f"{'' if held else '   missed'}"
        )
    return lines
