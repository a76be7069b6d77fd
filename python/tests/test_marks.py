# SPDX-License-Identifier: MIT
"""The marks that say which test runs, as test runners write them."""

from __future__ import annotations

from conftest import Record, of


def test_each_test_is_marked_from_start_to_end(record: Record) -> None:
    events = record("""
        from reactortrack import _tests

        first, second = object(), object()
        _tests.started(first, "tests/test_shop.py::test_buy[a\\nb]")
        _tests.body_over()
        _tests.failed(first, KeyError)
        _tests.failed(first, ValueError)
        _tests.ended(first, "tests/test_shop.py::test_buy[a\\nb]")
        _tests.body_over()
        _tests.failed(first, KeyError)
        _tests.ended(first, "never started")
    """)
    assert [event["text"] for event in of(events, "mark")] == [
        "test started: tests/test_shop.py::test_buy[a b]",
        "test body over",
        "test failed: builtins.KeyError",
        "test failed: builtins.ValueError",
        "test ended: tests/test_shop.py::test_buy[a b]",
    ]


def test_tests_inside_a_test_are_its_own_affair(record: Record) -> None:
    events = record("""
        from reactortrack import _tests

        outer, inner = object(), object()
        _tests.started(outer, "outer")
        assert _tests.is_well()
        _tests.started(inner, "inner")
        assert not _tests.is_well()
        _tests.failed(inner, KeyError)
        _tests.ended(inner, "inner")
        assert _tests.is_well()
        _tests.failed(outer, KeyError)
        assert not _tests.is_well()
        _tests.ended(outer, "outer")
    """)
    assert [event["text"] for event in of(events, "mark")] == [
        "test started: outer",
        "test failed: builtins.KeyError",
        "test ended: outer",
    ]


def test_a_process_that_gives_no_answers_is_named_once_and_left_alone(record: Record) -> None:
    record("""
        import os
        from reactortrack import _tests

        os.environ["REACTORTRACK_BIN"] = "/bin/true"
        answers = _tests.Answers()
        assert answers.left() == []
        assert answers.trouble.startswith("/bin/true gives no answers: ")
        assert answers.report() == {}
        answers.close()
    """)
