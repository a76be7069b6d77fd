# SPDX-License-Identifier: MIT
"""Runs the test suites one after the other and ends with the sum of all their tests.

    python tools/run_tests.py cpp agreement viewer python journeys browser arrows lint

Counts come from the JUnit files that ctest, vitest and pytest write, not from their text. A suite
that could not be built or that ran no test counts as one failure. What failed is named again below
the counts of all suites, where it is found when only the end of a log was kept. The last line is
`N passed, N failed` (`, N skipped` when there are any), and the exit status is 1 when anything
failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "test-results"
# Not resolve(): the environment's python is a link, and what it links to is another installation.
COMMANDS = Path(sys.executable).parent


@dataclass(frozen=True)
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: tuple[str, ...] = ()  # what failed, and the first words of why

    def __add__(self, other: Count) -> Count:
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.failures + other.failures,
        )

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def failure(what: str) -> Count:
    return Count(failed=1, failures=(what,))


def run(*command: str | Path) -> int:
    """Runs a command in the repository's root, showing it; returns its exit status."""
    words = [str(word) for word in command]
    shown = " ".join(words).replace(f"{ROOT}/", "")
    print("$", textwrap.shorten(shown, 200, placeholder=" ..."), flush=True)
    environment = dict(os.environ, PATH=f"{COMMANDS}{os.pathsep}{os.environ['PATH']}")
    environment.setdefault("REACTORTRACK_BIN", str(COMMANDS / "reactortrack"))
    return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode


def count_junit(path: Path, status: int) -> Count:
    """What a JUnit file says. A runner that failed without a failed test counts as a failure."""
    if not path.exists():
        return failure(f"there is no {path.relative_to(ROOT)}: no test ran")
    total = Count()
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        problem = next(
            (case.find(kind) for kind in ("failure", "error") if case.find(kind) is not None), None
        )
        if problem is not None:
            why = problem.get("message") or problem.text or ""
            name = f"{case.get('classname')}: {case.get('name')}"
            total += failure(f"{name}: {textwrap.shorten(why, 300, placeholder=' ...')}")
        elif case.find("skipped") is not None:
            total += Count(skipped=1)
        else:
            total += Count(passed=1)
    if total.failed == 0 and status != 0:
        total += failure(f"{path.stem}: ended with status {status}, though no test failed")
    elif total.failed == 0 and total.passed == 0:
        total += failure(f"{path.stem}: no test ran")
    return total


def cpp() -> Count:
    """The GoogleTest programs, built with ASan, UBSan and warnings as errors."""
    report = RESULTS / "cpp.xml"
    report.unlink(missing_ok=True)
    if run("cmake", "--preset", "test") or run("cmake", "--build", "--preset", "test"):
        return failure("the C++ tests were not built")
    jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", "2")
    status = run("ctest", "--preset", "test", "-j", jobs, "--output-junit", report)
    return count_junit(report, status)


def viewer() -> Count:
    """The page: its types, the tests beside its sources, then the built page in Chromium."""
    if run("tools/build_page.sh", "--packages") or run("tools/build_wasm.sh"):
        return failure("the page's packages or its WebAssembly were not built")
    types = failure("the page's types (tsc)") if run(*VIEWER, "check") else Count(passed=1)
    units = vitest("viewer", "test")
    if run("tools/build_page.sh", "--if-changed"):
        return types + units + failure("the page was not built")
    return types + units + vitest("viewer-browser", "browser")


VIEWER = ("tools/node.sh", "npm", "--prefix", "viewer", "run", "--silent")


def vitest(name: str, script: str) -> Count:
    report = RESULTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    reporters = ("--reporter=default", "--reporter=junit", f"--outputFile={report}")
    return count_junit(report, run(*VIEWER, script, "--", *reporters))


# Most of these tests start programs and wait for them.
SIDE_BY_SIDE = ("-n", "3")


def pytest(name: str, *arguments: str) -> Count:
    report = RESULTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    return count_junit(
        report, run(sys.executable, "-m", "pytest", "-q", *arguments, f"--junitxml={report}")
    )


def agreement() -> Count:
    """core natively and as WebAssembly: the same."""
    targets = ("agreement_play", "agreement_recordings")
    built = not (
        run("tools/build_wasm.sh")
        or run("cmake", "--preset", "test")
        or run("cmake", "--build", "--preset", "test", "--target", *targets)
    )
    return pytest("agreement", "tests/agreement") if built else failure("core was not built")


def browser() -> Count:
    """The page in Chromium, served by the installed commands."""
    report = RESULTS / "browser.xml"
    report.unlink(missing_ok=True)
    npm = ("tools/node.sh", "npm", "--prefix", "tests/browser", "--silent")
    if run(*npm, "ci", "--no-audit", "--no-fund"):
        return failure("npm ci of tests/browser")
    types = (
        failure("the browser tests' types (tsc)") if run(*npm, "run", "check") else Count(passed=1)
    )
    return types + count_junit(report, run(*npm, "test"))


def lint() -> Count:
    """ruff, mypy and clang-format; each is one check."""
    sources = subprocess.run(
        ["git", "ls-files", "*.h", "*.cc", "*.c"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    checks: list[Sequence[str | Path]] = [
        (COMMANDS / "ruff", "check", "."),
        (COMMANDS / "ruff", "format", "--check", "."),
        (COMMANDS / "mypy",),
        (COMMANDS / "clang-format", "--dry-run", "--Werror", "--ferror-limit=1", *sources),
    ]
    total = Count()
    for check in checks:
        total += failure(Path(check[0]).name) if run(*check) else Count(passed=1)
    if total.failed:
        print("`make format` puts right what is a matter of layout")
    return total


SUITES: dict[str, Callable[[], Count]] = {
    "cpp": cpp,
    "agreement": agreement,
    "viewer": viewer,
    "python": lambda: pytest("python", *SIDE_BY_SIDE, "python/tests"),
    "conformance": lambda: pytest("conformance", *SIDE_BY_SIDE, "tests/conformance"),
    "journeys": lambda: pytest("journeys", *SIDE_BY_SIDE, "--dist=worksteal", "tests/journeys"),
    "browser": browser,
    "arrows": lambda: pytest("arrows", "tests/arrows"),
    "lint": lint,
}


def main(names: Sequence[str]) -> int:
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        print(f"{unknown[0]}: no such suite; there are {', '.join(SUITES)}", file=sys.stderr)
        return 2
    RESULTS.mkdir(parents=True, exist_ok=True)
    lines, total = [], Count()
    for name in names or list(SUITES):
        print(f"\n== {name}", flush=True)
        started_s = time.monotonic()
        count = SUITES[name]()
        total += count
        lines.append(f"  {name:<12}{count!s:<40}{time.monotonic() - started_s:6.1f} s")
    failures = [f"  failed: {each}" for each in total.failures]
    print("\n== all suites", *lines, *failures, total, sep="\n", flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
