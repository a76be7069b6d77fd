# SPDX-License-Identifier: MIT
"""The results as plain text."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from harness import MODES, UNTRACKED, Measured
from recordings import Reading, Size
from workloads import GROUPS, WORKLOADS

NAME_WIDTH = 34
COLUMN_WIDTH = 13
TITLES = {mode.name: mode.title for mode in MODES}


def row(name: str, cells: Iterable[str]) -> str:
    return (name.ljust(NAME_WIDTH) + "".join(cell.rjust(COLUMN_WIDTH) for cell in cells)).rstrip()


def seconds(value: float) -> str:
    """1.23e-06 -> 1.23 us"""
    for factor, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if value >= factor:
            return f"{value / factor:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def geometric_mean(values: Sequence[float]) -> float:
    return statistics.geometric_mean(values)


def workload_table(results: dict[str, dict[str, Measured]]) -> list[str]:
    """`results`: workload -> mode -> what was measured."""
    first = next(iter(results.values()))
    modes = [mode for mode in first if mode != UNTRACKED]
    rounds = first[UNTRACKED].rounds
    lines = [
        f"Deferreds: CPU time as a part of the untracked time, medians of {rounds} rounds.",
        "Below 1 is faster than untracked. * is one of Twisted's own benchmarks.",
        "",
        row("", ["untracked", *(TITLES[mode] for mode in modes)]),
    ]
    for group, goal in GROUPS.items():
        names = [name for name in results if WORKLOADS[name].group == group]
        if not names:
            continue
        lines.append(group)
        for name in names:
            star = " *" if WORKLOADS[name].twisted else ""
            ratios = [f"{results[name][mode].cpu_ratio:.2f}" for mode in modes]
            lines.append(row(f"  {name}{star}", [seconds(results[name][UNTRACKED].cpu_s), *ratios]))
        means = {m: geometric_mean([results[n][m].cpu_ratio for n in names]) for m in modes}
        lines.append(row("  geometric mean", ["", *(f"{means[mode]:.2f}" for mode in modes)]))
        if "recording" in modes:
            goals = {"recording": "<= 1.00", "recording-stack0": f"<= {goal:.2f}"}
            lines.append(row("  goal", ["", *(goals.get(mode, "") for mode in modes)]))
    return lines


def program_table(
    results: dict[str, dict[str, Measured]], rates: dict[str, dict[str, tuple[float, str]]]
) -> list[str]:
    """`results`: program -> mode -> what was measured; `rates`: what it says of its own speed."""
    modes = list(next(iter(results.values())))
    rounds = next(iter(results.values()))[UNTRACKED].rounds
    lines = [
        f"Programs: medians of {rounds} rounds, one process each; imports are not counted.",
        "",
        row("", (TITLES[mode] for mode in modes)),
    ]
    for program, measured in results.items():
        lines.append(program)
        lines.append(row("  CPU time", (seconds(measured[mode].cpu_s) for mode in modes)))
        lines.append(row("    ratio", (f"{measured[mode].cpu_ratio:.2f}" for mode in modes)))
        lines.append(row("  wall time", (seconds(measured[mode].wall_s) for mode in modes)))
        lines.append(row("    ratio", (f"{measured[mode].wall_ratio:.2f}" for mode in modes)))
        if program in rates:
            unit = next(iter(rates[program].values()))[1]
            lines.append(row(f"  {unit}", (f"{rates[program][mode][0]:.0f}" for mode in modes)))
    return lines


def size_table(sizes: list[Size]) -> list[str]:
    lines = [
        "Recordings: bytes an event (goal: 8 raw and 2.5 after gzip, on a program).",
        "",
        row("", ["events", "bytes", "raw/event", "gzip/event"]),
    ]
    for size in sizes:
        cells = [
            f"{size.event_count}",
            f"{size.raw_bytes}",
            f"{size.raw_per_event:.2f}",
            f"{size.gzip_per_event:.2f}",
        ]
        lines.append(row(f"  {size.name}", cells))
    return lines


def reading_table(readings: list[Reading]) -> list[str]:
    lines = ["Events a second (goal of reading: 15 million).", ""]
    for reading in readings:
        rate = f"{reading.events_per_s / 1e6:.1f} M/s"
        lines.append(f"  {reading.how.ljust(52)} {rate.rjust(12)}")
    return lines
