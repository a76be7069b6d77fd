#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts instructions, which no other process on the machine disturbs (`make bench-instructions`).

    python benchmarks/instructions.py                 # prints the table; status 1 above a limit
    python benchmarks/instructions.py --only await_fired cancel_plain
    python benchmarks/instructions.py --write-limits  # what was counted, and 2 %, is the limit now
    python benchmarks/instructions.py --raise-limits  # the same where that is more: another build

Each workload of workloads.py runs under valgrind's callgrind, untracked, with recording on
(16-frame stacks) and with recording without stacks; the table shows the instructions of one
iteration and the parts of the untracked ones. They repeat to about 0.1 %. An instruction is not a
nanosecond: a memory that is waited for, or a branch that was guessed wrongly, isn't seen here.

Limits stand in instructions.json beside this file, by the version of Python: other versions count
differently. So do builds of one version by other compilers; the limits are those of the slowest
that was counted.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LIMITS = HERE / "instructions.json"
MODES = ("untracked", "recording", "recording-stack0")
SLACK = 1.02  # what a new limit leaves above what was counted
TOTALS = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)

Counts = dict[str, dict[str, float]]  # workload -> mode -> instructions of one iteration


def build_marks(folder: Path) -> Path:
    """The library through which a process says what is to be counted."""
    library = folder / "callgrind_marks.so"
    source = HERE / "callgrind_marks.c"
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


def count_in_mode(mode: str, names: list[str], library: Path, folder: Path) -> dict[str, float]:
    """Runs all workloads in one process under callgrind."""
    output = folder / f"callgrind.{mode}"
    iterations_file = folder / f"{mode}.iterations.json"
    command = [
        "valgrind",
        "--quiet",
        "--tool=callgrind",
        "--instr-atstart=no",
        f"--callgrind-out-file={output}",
        sys.executable,
        str(Path(__file__).resolve()),
        "--child",
        mode,
        str(library),
        str(iterations_file),
        *names,
    ]
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONMALLOC": "pymalloc",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"instructions: {mode}: status {done.returncode}\n{done.stderr}")
    iterations: dict[str, int] = json.loads(iterations_file.read_text())
    counts: dict[str, float] = {}
    for dump in folder.glob(f"{output.name}.*"):
        text = dump.read_text()
        name = re.search(r"^desc: Trigger: Client Request: (\w+)", text, re.MULTILINE)
        total = TOTALS.search(text)
        if name and total and name[1] in iterations:
            counts[name[1]] = int(total[1]) / iterations[name[1]]
    missing = set(names) - set(counts)
    if missing:
        sys.exit(f"instructions: {mode}: nothing was counted of {', '.join(sorted(missing))}")
    return counts


def child(mode: str, library_path: str, iterations_file: str, names: list[str]) -> None:
    """In the process that callgrind watches."""
    import ctypes
    import gc

    from child import tracked
    from workloads import WORKLOADS

    library = ctypes.CDLL(library_path)
    if not library.rt_in_valgrind():
        sys.exit("not under valgrind")
    done: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            run = WORKLOADS[name].run
            with tracked(mode, Path(folder) / f"{name}.rtlog"):
                run(60)  # caches, and the interpreter's own specialising
                gc.collect()
                gc.disable()  # when it comes would be chance
                iterations = done[name] = WORKLOADS[name].counted
                library.rt_start()
                library.rt_forget()
                run(iterations)
                library.rt_keep(name.encode())
                gc.enable()
    Path(iterations_file).write_text(json.dumps(done))
    sys.stdout.flush()
    os._exit(0)


def table(counts: Counts, limits: dict[str, Any]) -> tuple[list[str], int]:
    """The lines, and how many workloads are above their limit."""
    lines = [
        "Instructions of one iteration (callgrind), and with recording as a part of them.",
        "",
        f"{'':34}{'untracked':>12}{'recording':>12}{'stack 0':>12}{'limits':>16}",
    ]
    above = 0
    for name, by_mode in counts.items():
        base = by_mode["untracked"]
        ratios = [by_mode[mode] / base for mode in MODES[1:]]
        limit = limits.get(name)
        mark = ""
        if limit:
            mark = f"{limit[0]:9.2f}{limit[1]:6.2f}"
            if any(ratio > most for ratio, most in zip(ratios, limit)):
                above += 1
                mark += "  above"
        lines.append(f"  {name:32}{base:12.0f}{ratios[0]:12.3f}{ratios[1]:12.3f} {mark}".rstrip())
    return lines, above


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--child"]:
        child(*arguments[1:4], arguments[4:])
    from workloads import WORKLOADS

    parser = argparse.ArgumentParser(description="Counts instructions with and without recording.")
    parser.add_argument("--only", nargs="+", default=list(WORKLOADS), metavar="WORKLOAD")
    parser.add_argument("--write-limits", action="store_true", help="keep the ratios as limits")
    parser.add_argument(
        "--raise-limits", action="store_true", help="keep those that are above the stored ones"
    )
    options = parser.parse_args(arguments)
    unknown = set(options.only) - set(WORKLOADS)
    if unknown:
        parser.error(f"no such workload: {', '.join(sorted(unknown))}")
    if shutil.which("valgrind") is None:
        sys.exit("instructions: valgrind is not installed")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = build_marks(folder)
        by_mode = {mode: count_in_mode(mode, options.only, library, folder) for mode in MODES}
    counts = {name: {mode: by_mode[mode][name] for mode in MODES} for name in options.only}
    stored = json.loads(LIMITS.read_text()) if LIMITS.exists() else {}
    lines, above = table(counts, stored.get(version, {}))
    print("\n".join(lines))
    if options.write_limits or options.raise_limits:
        mine = stored.setdefault(version, {})
        for name, each in counts.items():
            base = each["untracked"]
            limits = [round(each[mode] / base * SLACK, 3) for mode in MODES[1:]]
            if options.raise_limits:
                limits = [max(pair) for pair in zip(limits, mine.get(name, limits))]
            mine[name] = limits
        LIMITS.write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n")
        return 0
    if above:
        print(f"{above} workloads are above their limit ({LIMITS.name})")
    elif version not in stored:
        print(f"no limits are stored for Python {version}")
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
