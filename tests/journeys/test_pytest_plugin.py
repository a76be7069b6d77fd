# SPDX-License-Identifier: MIT
"""pytest --reactortrack on small suites: what it shows of failed tests, what it leaves alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shop_suite
from conftest import Output

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def suite(tmp_path: Path) -> Run:
    """suite(text, *options): runs pytest on a test module with this text, shop.py beside it."""
    (tmp_path / "shop.py").write_text(shop_suite.SHOP)

    def run(text: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "test_shop.py").write_text(text)
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=short"]
        return subprocess.run(
            [*command, *options],
            cwd=tmp_path,
            env={**os.environ, "PYTEST_ADDOPTS": "", **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def outcomes(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """{"failed": 2, "passed": 3} of the last line."""
    line = done.stdout.strip().splitlines()[-1]
    return {word.rstrip("s"): int(count) for count, word in re.findall(r"(\d+) (\w+)", line)}


def section(output: str, test: str) -> str:
    """What pytest prints of one failed test."""
    parts = re.split(r"^_+ (.+?) _+$", output, flags=re.MULTILINE)
    told = {title.rpartition(" ")[2]: text for title, text in zip(parts[1::2], parts[2::2])}
    return told[test]


def left(folder: Path, file: str = "reactortrack-pytest.rtlog") -> dict[str, list[str]]:
    """What `reactortrack tests` says each test left behind."""
    program = os.environ.get("REACTORTRACK_BIN", "reactortrack")
    done = subprocess.run(
        [program, "tests", "--json", str(folder / file)], capture_output=True, check=True
    )
    tests: list[dict[str, Any]] = json.loads(done.stdout)
    return {
        each["test"].rpartition("::")[2]: [one["what"] for one in each["left"]]
        for each in tests
        if each["left"]
    }


def test_nothing_is_recorded_or_said_without_the_option(suite: Run, tmp_path: Path) -> None:
    done = suite(shop_suite.TRIAL, "-k", "passes or wrong")
    assert outcomes(done) == {"failed": 1, "passed": 1, "deselected": 7}
    assert "reactortrack: " not in done.stdout
    assert not list(tmp_path.glob("*.rtlog"))


def test_under_run_pytest_warns_of_nothing(call: Callable[..., Output], tmp_path: Path) -> None:
    """The package that `run` imports before pytest is also a plugin of pytest's."""
    (tmp_path / "test_one.py").write_text(
        "from twisted.internet import defer\ndef test_one(): assert defer.succeed(1).called\n"
    )
    pytest_command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    done = call("run", *pytest_command, PYTEST_ADDOPTS="")
    assert re.fullmatch(r"1 passed in \S+", done.out.splitlines()[-1]), done.out
    assert "every Deferred fired" in done.err


def test_trial_tests_have_the_results_they_have_without(suite: Run, tmp_path: Path) -> None:
    plain = suite(shop_suite.TRIAL)
    recorded = suite(shop_suite.TRIAL, "--reactortrack")
    assert outcomes(plain) == {"failed": 4, "passed": 5}
    assert outcomes(recorded) == outcomes(plain)


def test_timed_out_test_shows_who_waits_down_to_the_cause(suite: Run) -> None:
    done = suite(shop_suite.TRIAL, "--reactortrack", "-k", "times_out")
    told = section(done.stdout, "Shop.test_b_times_out")
    waits = told[told.index("reactortrack: who waits") :]
    rows = re.findall(r"^( *)the (\w+) .*?(\w+\.py:\d+)", waits, re.MULTILINE)
    assert [(len(indent), what) for indent, what, _ in rows[:3]] == [
        (0, "coroutine"),
        (2, "coroutine"),
        (4, "Deferred"),
    ]
    assert "nothing that was recorded would fire it" in waits
    assert "onTimeout" not in waits  # trial's own timer is none of the test's business
    assert "never-fired: The Deferred created in Warehouse.ask" in waits


def test_dirty_test_shows_what_is_still_scheduled_and_by_whom(suite: Run) -> None:
    done = suite(shop_suite.TRIAL, "--reactortrack", "-k", "dirty")
    told = section(done.stdout, "Shop.test_c_dirty")
    line = shop_suite.TRIAL.splitlines().index("        reactor.callLater(20, print, 1)") + 1
    assert "still scheduled: print in 20.0" in told
    assert f"test_shop.py:{line})" in told


def test_stray_failure_names_the_test_that_made_it(suite: Run) -> None:
    done = suite(shop_suite.TRIAL, "--reactortrack", "-k", "leaves_failure or sees_it")
    assert outcomes(done)["failed"] == 1
    told = " ".join(section(done.stdout, "Shop.test_e_sees_it").split())
    assert "error, unhandled-failure: The Deferred created in later" in told
    assert "It was made by the test test_shop.py::Shop::test_d_leaves_failure." in told
    assert "1 passed test left something behind" in done.stdout


def test_strict_fails_the_tests_that_leave_something_and_no_other(suite: Run) -> None:
    done = suite(shop_suite.TRIAL, "--reactortrack-strict")
    assert outcomes(done) == {"failed": 4, "passed": 5, "error": 2}
    failed = set(re.findall(r"^ERROR (\S+) - (left behind, \w+)", done.stdout, re.MULTILINE))
    assert failed == {
        ("test_shop.py::Shop::test_d_leaves_failure", "left behind, failed"),
        ("test_shop.py::Shop::test_f_leaves_pending", "left behind, pending"),
    }
    told = section(done.stdout, "Shop.test_f_leaves_pending")
    assert "the coroutine checkout (" in told
    assert "nothing that was recorded would fire it" in told


def test_pytest_twisted(suite: Run, tmp_path: Path) -> None:
    pytest.importorskip("pytest_twisted")
    plain = suite(shop_suite.TWISTED)
    recorded = suite(shop_suite.TWISTED, "--reactortrack")
    assert outcomes(recorded)["failed"] == outcomes(plain)["failed"] == 1
    assert outcomes(recorded)["passed"] == outcomes(plain)["passed"] == 5
    told = " ".join(section(recorded.stdout, "test_sees_it").split())
    assert "It was made by the test test_shop.py::test_leaves_failure." in told
    findings = told.partition("reactortrack: findings")[2].partition("=====")[0]
    assert "pytest_twisted/" not in findings  # none of its own Deferreds
    assert left(tmp_path) == {
        "test_leaves_pending": ["pending"],
        "test_leaves_failure": ["failed"],
        "test_never_awaits": ["never awaited"],
    }


def test_strict_leaves_fixtures_of_a_wider_scope_alone(suite: Run) -> None:
    pytest.importorskip("pytest_twisted")
    done = suite(shop_suite.TWISTED, "--reactortrack-strict")
    errors = set(re.findall(r"^ERROR \S+::(\w+) - left behind, (.*?):", done.stdout, re.MULTILINE))
    assert errors == {
        ("test_leaves_pending", "pending"),
        ("test_leaves_failure", "failed"),
        ("test_never_awaits", "never awaited"),
    }


def test_timeout_that_ends_the_process_tells_who_waits_first(suite: Run, tmp_path: Path) -> None:
    pytest.importorskip("pytest_twisted")
    pytest.importorskip("pytest_timeout")
    done = suite(shop_suite.HANGING, "--reactortrack")
    told = done.stdout + done.stderr
    assert "reactortrack: who waits" in told
    assert "the coroutine test_hangs (" in told
    assert "nothing that was recorded would fire it" in told
    assert left(tmp_path) == {"test_hangs": ["pending"]}


def test_each_xdist_worker_has_a_recording(suite: Run, tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    done = suite(shop_suite.TRIAL, "--reactortrack-strict", "-n2", "--dist=loadfile")
    assert outcomes(done)["error"] == 2
    assert "reactortrack: who waits" in section(done.stdout, "Shop.test_b_times_out")
    assert [each.name for each in sorted(tmp_path.glob("*.rtlog"))] == [
        "reactortrack-pytest.gw0.rtlog",
        "reactortrack-pytest.gw1.rtlog",
    ]
    assert "reactortrack-pytest.gw0.rtlog: " in done.stdout


def test_output_goes_where_asked_and_replaces_recordings_only(suite: Run, tmp_path: Path) -> None:
    for _ in range(2):
        done = suite(shop_suite.TRIAL, "--reactortrack-output=x.rtlog", "-k", "passes")
        assert outcomes(done) == {"passed": 1, "deselected": 8}
    assert [each.name for each in tmp_path.glob("*.rtlog")] == ["x.rtlog"]
    (tmp_path / "precious.txt").write_text("keep me")
    done = suite(shop_suite.TRIAL, "--reactortrack-output=precious.txt")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert (tmp_path / "precious.txt").read_text() == "keep me"


def test_without_the_command_tests_run_and_say_what_is_missing(suite: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    done = suite(shop_suite.TRIAL, "--reactortrack", "-k", "wrong", REACTORTRACK_BIN=str(broken))
    assert outcomes(done)["failed"] == 1
    assert f"{broken} gives no answers: " in done.stdout
    assert f"reactortrack-pytest.rtlog: {broken} cannot read it" in done.stdout
