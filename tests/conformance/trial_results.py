# SPDX-License-Identifier: MIT
"""Runs trial and writes down each test's outcome, one JSON line a test, in the order they end.

    python trial_results.py RESULTS.jsonl [TRIAL'S ARGUMENTS...]

The reporter that trial would use does its work as always; it is only listened to.
"""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

OUTCOMES = {
    "addSuccess": "passed",
    "addFailure": "failed",
    "addError": "error",
    "addSkip": "skipped",
    "addExpectedFailure": "todo",
    "addUnexpectedSuccess": "unexpected success",
}


def listen(result: Any, file: TextIO) -> None:
    """Write a line for each outcome that `result` is told of."""

    def listening(method: str, outcome: str) -> Any:
        original = getattr(result, method)

        def told(test: Any, *details: Any, **more: Any) -> Any:
            test_id = test.id() if hasattr(test, "id") else str(test)
            file.write(json.dumps([test_id, outcome]) + "\n")
            file.flush()
            return original(test, *details, **more)

        return told

    for method, outcome in OUTCOMES.items():
        setattr(result, method, listening(method, outcome))


def main() -> None:
    path = sys.argv[1]
    sys.argv[:] = ["trial", *sys.argv[2:]]
    from twisted.scripts import trial
    from twisted.trial.runner import TrialRunner

    make_result = TrialRunner._makeResult

    def make_and_listen(self: TrialRunner) -> Any:
        TrialRunner._makeResult = make_result  # type: ignore[method-assign]  # trial's own tests
        result = make_result(self)
        listen(result, open(path, "w"))  # noqa: SIM115  as long as the process
        return result

    TrialRunner._makeResult = make_and_listen  # type: ignore[method-assign]
    trial.run()


if __name__ == "__main__":
    main()
