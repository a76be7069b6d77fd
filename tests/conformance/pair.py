# SPDX-License-Identifier: MIT
"""Two interpreters that play the same programs, one plain and one recorded; what differs."""

from __future__ import annotations

import difflib
import json
import os
import selectors
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parent


class Setting(NamedTuple):
    """How one of the two interpreters records."""

    mode: str
    stack: int = 16
    values: bool = False

    def words(self) -> list[str]:
        words = [self.mode, "--stack", str(self.stack)]
        return [*words, "--values"] if self.values else words

    def __str__(self) -> str:
        return f"{self.mode}, stack {self.stack}{', values' if self.values else ''}"


PLAIN = Setting("plain")


class Died(Exception):
    """A worker ended, or gave no answer in time. `seed` is the program it was playing."""

    def __init__(self, what: str, seed: int | None) -> None:
        super().__init__(what)
        self.seed = seed


class Worker:
    """One interpreter; begun anew when it has died."""

    def __init__(
        self,
        python: str | Path,
        setting: Setting,
        environment: dict[str, str] | None = None,
        patience_s: float = 600,
    ) -> None:
        self.setting = setting
        self._python, self._patience_s = python, patience_s
        self._environment = dict(
            os.environ if environment is None else environment,
            PYTHONHASHSEED="0",
            PYTHONDONTWRITEBYTECODE="1",
        )
        self._progress = tempfile.NamedTemporaryFile(  # noqa: SIM115  as long as this
            prefix="conformance-seed-"
        )
        self._process: subprocess.Popen[str] | None = None

    def send(self, **asked: Any) -> None:
        if self._process is None:
            command = [str(self._python), str(FOLDER / "worker.py"), *self.setting.words()]
            self._process = subprocess.Popen(
                [*command, "--progress", self._progress.name, "--quiet"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=self._environment,
            )
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # receive() will say so

    def receive(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            answered = bool(selector.select(self._patience_s))
        line = self._process.stdout.readline() if answered else ""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        if not answered:
            self._process.kill()
        status = self._process.wait()
        self._process = None
        text = Path(self._progress.name).read_text()
        what = f"ended with status {status}" if answered else "gave no answer"
        raise Died(f"the interpreter ({self.setting}) {what}", int(text) if text else None)

    def ask(self, **asked: Any) -> dict[str, Any]:
        self.send(**asked)
        return self.receive()

    def restart(self) -> None:
        self.close()
        self._process = None

    def close(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


#: What the plain interpreter has answered: other settings are compared with the same.
PlainAnswers = dict[tuple[int, int, bool], dict[str, Any]]


class Pair:
    """The plain one and the recorded one."""

    def __init__(
        self,
        python: str | Path,
        setting: Setting,
        environment: dict[str, str] | None = None,
        plain_answers: PlainAnswers | None = None,
    ) -> None:
        self.setting = setting
        self.plain = Worker(python, PLAIN, environment)
        self.recorded = Worker(python, setting, environment)
        self._always = {"reads": setting.mode == "wrap"}
        self._known = {} if plain_answers is None else plain_answers

    def batch(self, first: int, count: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Both answers. Died when one of the two did; then both are begun anew."""
        asked = {"first": first, "count": count, **self._always}
        key = (first, count, self._always["reads"])
        if key not in self._known:
            self.plain.send(**asked)
        self.recorded.send(**asked)
        try:
            if key not in self._known:
                self._known[key] = self.plain.receive()
            return self._known[key], self.recorded.receive()
        except Died:
            self.restart()
            raise

    def traces(self, **asked: Any) -> tuple[list[str], list[str]]:
        """What one program leaves behind in both; a death is a trace of its own."""
        found = []
        for worker in (self.plain, self.recorded):
            worker.send(**asked, **self._always)
        for worker in (self.plain, self.recorded):
            try:
                found.append(worker.receive()["trace"])
            except Died as death:
                found.append([str(death).replace(str(worker.setting), "")])
        return found[0], found[1]

    def restart(self) -> None:
        self.plain.restart()
        self.recorded.restart()

    close = restart


def difference(plain: list[str], recorded: list[str]) -> list[str]:
    """The first lines that differ, with a few before them."""
    return list(difflib.unified_diff(plain, recorded, "plain", "recorded", lineterm="", n=2))[:40]
