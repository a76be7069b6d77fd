# SPDX-License-Identifier: MIT
"""Runs Twisted's own tests of Deferred with and without recording, on every known release.

    python tools/check_releases.py [RELEASE ...] [--tests NAME ...] [--engine native|wrap]
        [--python PYTHON]

For each release an environment is made under build/releases, with this interpreter or PYTHON; the
results of every single test must be the same with recording as without. Both runs go on side by
side: much of their time is waiting. Prints a line a release; exit status 1 when any differs. Needs
PyPI.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "releases"
TESTS = (
    "twisted.test.test_defer",
    "twisted.test.test_defgen",  # until 24.11
    "twisted.internet.test.test_inlinecb",
    "twisted.test.test_task",
    "twisted.test.test_threads",
    "twisted.test.test_threadpool",
    "twisted.test.test_internet",
    "twisted.test.test_failure",
    "twisted.trial",
)
OUTCOME = re.compile(r"^\s+(\S+) \.\.\.\s+\[(\w+)\]", re.MULTILINE)
# All of them counted: a test that prints something has no line that OUTCOME finds.
COUNTS = re.compile(r"^(PASSED|FAILED) \((.*)\)$", re.MULTILINE)


def known_releases() -> list[str]:
    """What python/reactortrack/_twisted.py calls known, oldest first."""
    source = (ROOT / "python" / "reactortrack" / "_twisted.py").read_text()
    block = source[source.index("KNOWN_RELEASES") : source.index("#: The methods")]
    return re.findall(r"\d+\.\d+\.\d+", block)


def make_environment(release: str, wheel: Path | None, python: str = sys.executable) -> Path:
    """An environment with this release, and the project where a wheel is given.

    Returns its folder of commands. `python` is the interpreter it is made with.
    """
    asked = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = subprocess.check_output([python, "-c", asked], text=True).strip()
    folder = FOLDER / f"{release}-python{version}"
    commands = folder / "bin"
    if not (commands / "trial").exists():
        subprocess.run([python, "-m", "venv", folder], check=True)
        packages = [f"twisted=={release}", "hypothesis", "pyhamcrest", "setuptools<80"]
        packages.append("cython-test-exception-raiser")  # for test_failure
        subprocess.run([commands / "pip", "install", "--quiet", *packages], check=True)
    if wheel is None:
        return commands
    install: list[str | Path] = [
        commands / "pip",
        "install",
        "--quiet",
        "--force-reinstall",
        "--no-deps",
        wheel,
    ]
    subprocess.run(install, check=True)
    return commands


def build_wheel(python: str = sys.executable) -> Path:
    """The project's wheel for an interpreter, made where tools/install.sh makes it."""
    asked = "import sys; print(sys.implementation.cache_tag)"
    tag = subprocess.check_output([python, "-c", asked], text=True).strip()
    target = FOLDER / "wheels" / tag
    for old in target.glob("*.whl"):
        old.unlink()
    command: list[str | Path] = [
        python,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        f"--config-settings=build-dir={ROOT}/build/wheel-{tag}",
        "-w",
        target,
        ROOT,
    ]
    if python == sys.executable:  # has what builds it: tools/requirements-build.txt
        command.insert(4, "--no-build-isolation")
    subprocess.run(command, check=True)
    return next(target.glob("*.whl"))


def outcomes(command: list[str | Path], folder: Path) -> list[tuple[str, str]]:
    """Each test's name and outcome, in order. What trial said stays in the folder."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    (folder / "report.txt").write_text(done.stdout + done.stderr)
    return OUTCOME.findall(done.stdout) + COUNTS.findall(done.stdout)


def check(release: str, tests: list[str], engine: str, wheel: Path, python: str) -> bool:
    """Compare one release; print what was found."""
    commands = make_environment(release, wheel, python)
    folder = commands.parent / "runs"
    recording = folder / f"{engine}.rtlog"
    trial: list[str | Path] = [commands / "trial", *tests]
    launch: list[str | Path] = [
        commands / "reactortrack",
        "run",
        "--engine",
        engine,
        "-o",
        recording,
    ]
    places = [folder / "plain", folder / "recorded"]
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as pool:
        without, recorded = pool.map(outcomes, [trial, [*launch, *trial]], places)
    events = subprocess.run(
        [commands / "reactortrack", "summary", recording],
        capture_output=True,
        text=True,
        check=False,
    )
    same = without == recorded and len(without) > 100 and events.returncode == 0
    counts = " ".join(recorded[-1]) if recorded else "nothing was run"
    print(
        f"{commands.parent.name} {engine:6} {counts}: {'same' if same else 'DIFFERENT'}",
        flush=True,
    )
    for before, after in zip(without, recorded):
        if before != after:
            print(f"    {before} became {after}")
    return same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", nargs="*", default=known_releases())
    parser.add_argument("--tests", nargs="+", default=list(TESTS))
    parser.add_argument("--engine", default="native", choices=("native", "wrap"))
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    wheel = build_wheel(options.python)
    results = [
        check(each, options.tests, options.engine, wheel, options.python)
        for each in options.releases
    ]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
