# SPDX-License-Identifier: MIT
"""A recorded pytest session: marks around each test, sections in the reports of failed ones."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from reactortrack import _imports, _record, _recorder, _session, _tests, _trial

_DEFAULT_FILE = "reactortrack-pytest.rtlog"
_MOST_TOLD = 5


def begin(config: pytest.Config) -> None:
    """Start recording, and watch the tests. Under xdist the workers do so, a file each."""
    worker = getattr(config, "workerinput", None)
    workers = config.getoption("numprocesses", default=None) or config.getoption("tx", default=None)
    if worker is None and workers:
        config.pluginmanager.register(Controller(config), "reactortrack-controller")
        return
    path = _output(config) if worker is None else Path(worker["reactortrack_output"])
    if worker is not None:
        path = path.with_name(f"{path.stem}.{worker['workerid']}{path.suffix}")
    _make_room(path)
    try:
        recording = _record.record(path) if not _session.is_on() else None
    except (OSError, ImportError) as problem:
        raise pytest.UsageError(f"--reactortrack: {path} cannot be recorded: {problem}") from None
    _trial.watch_cleanups()
    session = Session(config, recording)
    _imports.when_imported("pytest_timeout", session.watch_timeouts)
    config.pluginmanager.register(session, "reactortrack-session")


def _output(config: pytest.Config) -> Path:
    folder = Path(config.invocation_params.dir)
    return folder / (config.getoption("reactortrack_output") or _DEFAULT_FILE)


def _make_room(path: Path) -> None:
    """The recording of the last session gives way; any other file does not."""
    if not path.exists():
        return
    if path.suffix != ".rtlog":
        raise pytest.UsageError(
            f"--reactortrack-output: {path} is there already, and its name does not end in .rtlog"
        )
    path.unlink()


class Controller:
    """In the process that hands out the tests to xdist's workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._path = _output(config)
        for old in self._files():
            old.unlink()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["reactortrack_output"] = str(self._path)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        files = self._files()
        if files:
            _tell(terminalreporter, files)

    def _files(self) -> list[Path]:
        pattern = f"{self._path.stem}.gw*{self._path.suffix}"
        return sorted(self._path.parent.glob(pattern)) if self._path.suffix == ".rtlog" else []


class Session:
    """In the process that runs the tests."""

    def __init__(self, config: pytest.Config, recording: _record.Recording | None) -> None:
        self._strict = bool(config.getoption("reactortrack_strict"))
        self._is_worker = hasattr(config, "workerinput")
        self._recording = recording
        self._answers = _tests.Answers()
        self._failed = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._failed = False
        _tests.started(item, item.nodeid)
        try:
            return (yield)
        finally:
            _tests.ended(item, item.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        _tests.fixture_started(fixturedef.argname)
        try:
            return (yield)
        finally:
            _tests.fixture_ended(fixturedef.argname)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.failed:
            _tests.failed(item, call.excinfo.type if call.excinfo else None)
            if not self._failed:
                self._explain(report)
            self._failed = True
        elif report.when == "teardown" and self._strict and not self._failed:
            self._check(item, report)
        return report

    def watch_timeouts(self, module: Any) -> None:
        """pytest-timeout may end the process from a thread: its dump of stacks gets the rest."""
        dump = module.dump_stacks

        def dump_stacks(terminal: Any, *more: Any) -> None:
            dump(terminal, *more)
            if threading.current_thread() is threading.main_thread():
                return  # the test goes on, with a report of its own
            _tests.timed_out()
            for title, lines in self._sections():
                terminal.sep("~", title)
                terminal.write("\n".join([*lines, ""]))

        module.dump_stacks = dump_stacks

    def _sections(self) -> list[tuple[str, list[str]]]:
        answer = self._answers.report()
        titles = (("who waits", "waits"), ("findings", "findings"))
        told = [(f"reactortrack: {title}", answer.get(key, [])) for title, key in titles]
        if self._answers.trouble:
            told.append(("reactortrack", [self._answers.trouble]))
        return [(title, lines) for title, lines in told if lines]

    def _explain(self, report: pytest.TestReport) -> None:
        for title, lines in self._sections():
            report.sections.append((title, "\n".join(lines)))

    def _check(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Turn the report of a test that leaves something into that of a failed one."""
        left = _tests.left_behind(self._answers, collected_too=not _trial.is_trial_test(item))
        if not left:
            if self._answers.trouble:
                report.outcome = "failed"
                report.longrepr = f"--reactortrack-strict: {self._answers.trouble}"
            return
        _tests.failed(item, _tests.LeftBehind)
        report.outcome = "failed"
        report.longrepr = "\n".join(left)
        self._explain(report)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self._is_worker:
            _tell(terminalreporter, [Path(_recorder.path())])

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        self._answers.close()
        if self._recording is not None:
            self._recording.stop()


def _tell(reporter: Any, files: list[Path]) -> None:
    """Where the recordings are, and which tests left something behind in each."""
    reporter.section("reactortrack")
    program = _tests.command()
    for file in files:
        shown = _shown(file)
        told = _leaving(program, file) if program else None
        if told is None:
            reporter.write_line(f"{shown}: {program or 'the command reactortrack'} cannot read it")
            continue
        left = {0: "no passed test", 1: "1 passed test"}.get(len(told), f"{len(told)} passed tests")
        reporter.write_line(f"{shown}: {left} left something behind")
        for name, text, more in told[:_MOST_TOLD]:
            reporter.write_line(f"  {name}: {text}" + (f", and {more} more" if more else ""))
        if len(told) > _MOST_TOLD:
            reporter.write_line(f"  and {len(told) - _MOST_TOLD} more")
        if told:
            reporter.write_line(f"next: reactortrack tests {shown}")


def _shown(file: Path) -> Path:
    try:
        return file.relative_to(Path.cwd())
    except ValueError:
        return file


def _leaving(program: str, file: Path) -> list[tuple[str, str, int]] | None:
    """(test, what it left first, how much more) of each passed test that left something behind.

    What a failed one made is mostly held by its traceback. None when nothing is known.
    """
    done = subprocess.run(
        [program, "tests", "--json", str(file)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return None
    told = []
    for each in json.loads(done.stdout):
        if each["left"] and not each["failure"]:
            first = each["left"][0]
            text = f"{first['what']}: {first['text']}"
            told.append((each["test"], text, len(each["left"]) - 1))
    return told
