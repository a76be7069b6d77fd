# SPDX-License-Identifier: MIT
"""reactortrack run trial: trial's results stay as they are; what they lack is said after them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import shop_suite
from conftest import Output

Call = Callable[..., Output]


@pytest.fixture
def trial(call: Call, tmp_path: Path, can_record: bool) -> Callable[..., Output]:
    """trial(*options, before=[...]): `reactortrack run OPTIONS trial ... test_shop`."""
    assert can_record
    (tmp_path / "shop.py").write_text(shop_suite.SHOP)
    (tmp_path / "test_shop.py").write_text(shop_suite.TRIAL)

    def run(*options: str, tests: str = "test_shop", workers: str = "") -> Output:
        words = ["trial", *([workers] if workers else []), tests]
        return call("run", "-o", "x.rtlog", *options, *words, PYTHONPATH=str(tmp_path))

    return run


def result(out: str) -> str:
    """trial's last line."""
    return out.strip().splitlines()[-1]


def of_test(err: str, test: str) -> str:
    """What `run` says of one failed test."""
    parts = re.split(r"^reactortrack: test (\S+) failed with", err, flags=re.MULTILINE)
    told = dict(zip(parts[1::2], parts[2::2]))
    return " ".join(told[f"test_shop.{test}"].split())


def test_results_are_trials_own_and_what_they_lack_is_said(trial: Callable[..., Output]) -> None:
    done = trial()
    assert done.status == 1
    assert result(done.out) == "FAILED (failures=1, errors=3, successes=5)"
    timed_out = of_test(done.err, "Shop.test_b_times_out")
    assert timed_out.startswith("TimeoutError who waits: the coroutine Shop.test_b_times_out (")
    assert "nothing that was recorded would fire it findings:" in timed_out
    assert "still scheduled: print in 20.0" in of_test(done.err, "Shop.test_c_dirty")
    stray = of_test(done.err, "Shop.test_e_sees_it")
    assert "It was made by the test test_shop.Shop.test_d_leaves_failure." in stray
    assert "the coroutine checkout (" in of_test(done.err, "Sync.test_wrong")


def test_nothing_more_is_said_when_all_tests_pass(trial: Callable[..., Output]) -> None:
    done = trial(tests="test_shop.Shop.test_a_passes")
    assert done.status == 0
    assert result(done.out) == "PASSED (successes=1)"
    assert len(done.err.splitlines()) == 3
    assert "test_a_passes" not in done.err


def test_quiet_says_nothing(trial: Callable[..., Output]) -> None:
    assert trial("-q").err == ""


def test_strict_fails_the_tests_that_leave_something(trial: Callable[..., Output]) -> None:
    done = trial("--strict")
    assert result(done.out) == "FAILED (failures=1, errors=5, successes=3)"
    failed = re.findall(r"left behind, (\w+): .*\n\ntest_shop\.(\S+)", done.out)
    assert sorted(failed) == [
        ("failed", "Shop.test_d_leaves_failure"),
        ("pending", "Shop.test_f_leaves_pending"),
    ]


def test_strict_passes_what_leaves_nothing(trial: Callable[..., Output]) -> None:
    for test in ("Shop.test_a_passes", "Shop.test_g_drops_in_a_ring", "Sync.test_fine"):
        done = trial("--strict", tests=f"test_shop.{test}")
        assert (done.status, result(done.out)) == (0, "PASSED (successes=1)")


def test_workers_of_trial_tell_of_their_own_tests(trial: Callable[..., Output]) -> None:
    done = trial("--strict", workers="-j2")
    assert result(done.out) == "FAILED (failures=1, errors=5, successes=3)"
    assert "who waits: the coroutine Shop.test_b_times_out (" in of_test(
        done.err, "Shop.test_b_times_out"
    )
    # A worker fires the reactor's shutdown event after each test, which must end no clock.
    assert re.search(
        r"waits ([5-9]\d\d ms|\d\.\d+ s) at", of_test(done.err, "Shop.test_b_times_out")
    )


def test_tests_command_lists_what_tests_left(
    trial: Callable[..., Output], call: Call, tmp_path: Path
) -> None:
    trial()
    listed = call("tests", "x.rtlog")
    assert listed.status == 0
    assert "test_shop.Shop.test_a_passes" not in listed.out
    assert re.search(
        r"test_shop.Shop.test_d_leaves_failure\n    failed .*KeyError.*logged, in the test "
        r"test_shop.Shop.test_e_sees_it",
        listed.out,
    )
    one = call("tests", "--test", "test_shop.Shop.test_b_times_out", "x.rtlog")
    assert one.out.startswith("Who waits:\n  the coroutine Shop.test_b_times_out")
    unknown = call("tests", "--test", "test_shop.Shop.test_z", "x.rtlog")
    assert unknown.status == 2
    assert 'there is no test "test_shop.Shop.test_z"' in unknown.err
