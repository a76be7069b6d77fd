# SPDX-License-Identifier: MIT
"""Runs healthy programs with recording on: none of them may get a warning or an error.

    python tools/check_false_alarms.py [NAME ...] [--environment FOLDER] [--list]

They are the project's examples, Twisted's own documentation examples (from its source
distribution), a Scrapy crawl, klein and treq, and the services of tests/false_alarms. Each is
started as its author meant it: servers with clients that talk to them, then stopped by a signal.
Every process gets a recording. Prints a line a program, and each warning or error that is found in
one; exit status 1 when there is any. Needs PyPI for the environment, which is kept in
build/false-alarms.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from healthy_programs import OWN, TRUE_FINDINGS, Program, programs

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "false-alarms"
TWISTED = "26.10.0"
PACKAGES = (f"twisted[tls,conch]=={TWISTED}", "scrapy==2.19.0", "klein", "treq")


def make_environment(folder: Path, *, with_project: bool) -> Path:
    """The environment's folder of commands."""
    commands = folder / "bin"
    if not (commands / "scrapy").exists():
        print(f"-- making {folder}")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([commands / "pip", "install", "--quiet", *PACKAGES], check=True)
    if with_project:
        wheels = FOLDER / "wheels"
        shutil.rmtree(wheels, ignore_errors=True)
        build = ROOT / "build" / f"wheel-{sys.implementation.cache_tag}"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "wheel",
                "--quiet",
                "--no-build-isolation",
                "--no-deps",
                f"--config-settings=build-dir={build}",
                "--wheel-dir",
                wheels,
                ROOT,
            ],
            check=True,
        )
        subprocess.run(
            [
                commands / "pip",
                "install",
                "--quiet",
                "--force-reinstall",
                "--no-deps",
                *wheels.glob("*.whl"),
            ],
            check=True,
        )
    return commands


def documentation(commands: Path) -> Path:
    """Twisted's source distribution, unpacked."""
    source = FOLDER / f"twisted-{TWISTED}"
    if not source.exists():
        subprocess.run(
            [
                commands / "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--no-binary",
                ":all:",
                "--dest",
                FOLDER,
                f"twisted=={TWISTED}",
            ],
            check=True,
        )
        with tarfile.open(FOLDER / f"twisted-{TWISTED}.tar.gz") as archive:
            archive.extractall(FOLDER, filter="data")
    return source


def is_up(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Runner:
    """Runs programs and reads what was found."""

    def __init__(self, commands: Path, source: Path) -> None:
        self.commands = commands
        self.source = source

    def folder(self, program: Program) -> Path:
        if program.folder == "own":
            return OWN
        if program.folder == "examples":
            return ROOT / "examples"
        return self.source / program.folder

    def place(self, program: Program, word: str) -> str | Path:
        """A word of a command: `@twistd` is of the environment, a program of its folder."""
        if word.startswith("@"):
            return self.commands / word[1:]
        file = self.folder(program) / word
        return file if word.endswith(".py") and file.exists() else word

    def start(self, program: Program, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        environment = dict(os.environ, PYTHONPATH=str(self.folder(program)))
        return subprocess.Popen(
            [
                self.commands / "reactortrack",
                "run",
                "-o",
                log,
                self.commands / "python",
                *(self.place(program, each) for each in command),
            ],
            # The examples write into the folder they are run in.
            cwd=log.parent if program.folder == "examples" else self.folder(program),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
        )

    def run(self, program: Program, logs: Path) -> tuple[list[Path], str]:
        """The recordings, and what was said when something did not work."""
        said = ""
        server = None
        for name, *arguments in program.prepare:
            (self.folder(program) / "ssh-keys").mkdir(exist_ok=True)
            subprocess.run(
                [self.commands / name, *arguments],
                cwd=self.folder(program),
                input=b"y\n",
                capture_output=True,
                check=False,
            )
        if program.serve:
            server = self.start(program, program.serve, logs / "server.rtlog")
            if program.port is not None:
                for _ in range(200):
                    if is_up(program.port) or server.poll() is not None:
                        break
                    time.sleep(0.1)
                else:
                    said += f"port {program.port} did not answer; "
            else:  # until something is recorded
                for _ in range(100):
                    if any(each.stat().st_size > 1000 for each in logs.glob("*.rtlog")):
                        break
                    time.sleep(0.1)
        for port, text in program.talk:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", port), timeout=2) as talk,
            ):
                talk.sendall(text)
                talk.settimeout(1)
                while talk.recv(65536):
                    pass
        for number, command in enumerate(program.clients, 1):
            client = self.start(program, command, logs / f"client{number}.rtlog")
            try:
                out, _ = client.communicate(program.stdin, timeout=program.patience_s)
                if client.returncode != 0:
                    said += f"{command[0]}: status {client.returncode}: {out.decode()[-200:]!r}; "
            except subprocess.TimeoutExpired:
                client.send_signal(signal.SIGINT)
                client.communicate()
                said += f"{command[0]}: interrupted; "
        if server is not None:
            time.sleep(program.idle_s)
            if server.poll() is None:
                os.kill(self.recorded(server), program.stop)
            else:
                said += "the server ended by itself; "
            out, _ = server.communicate(timeout=20)
            if "the server ended" in said:
                said += repr(out.decode()[-300:])
        return sorted(logs.glob("*.rtlog")), said

    def recorded(self, run: subprocess.Popen[bytes]) -> int:
        """The process that `reactortrack run` started."""
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        return int(children[0]) if children else run.pid

    def findings(self, log: Path) -> list[dict[str, object]]:
        read = subprocess.run(
            [self.commands / "reactortrack", "findings", "--json", log],
            capture_output=True,
            check=False,
        )
        found: list[dict[str, object]] = json.loads(read.stdout)
        return found


def is_true(finding: dict[str, object]) -> bool:
    sites = finding["sites"]
    assert isinstance(sites, list)
    return any((finding["kind"], Path(site["file"]).name) in TRUE_FINDINGS for site in sites)


def alarms(found: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    return (each for each in found if each["severity"] != "info" and not is_true(each))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="only programs whose names contain one of these")
    parser.add_argument("--environment", type=Path, default=FOLDER / "environment")
    parser.add_argument(
        "--as-installed",
        action="store_true",
        help="do not install the project into the environment first",
    )
    parser.add_argument("--keep", type=Path, help="keep the recordings in this folder")
    parser.add_argument("--list", action="store_true", help="print the names and end")
    options = parser.parse_args()
    chosen = [
        each
        for each in programs()
        if not options.names or any(name in each.name for name in options.names)
    ]
    if options.list:
        print(*(each.name for each in chosen), sep="\n")
        return 0
    commands = make_environment(options.environment, with_project=not options.as_installed)
    runner = Runner(commands, documentation(commands))
    total = 0
    infos = 0
    for program in chosen:
        with tempfile.TemporaryDirectory() as temporary:
            logs = Path(temporary)
            if options.keep:
                logs = options.keep / program.name.replace(" ", "_").replace(",", "")
                shutil.rmtree(logs, ignore_errors=True)
                logs.mkdir(parents=True)
            recordings, said = runner.run(program, logs)
            found = [each for log in recordings for each in runner.findings(log)]
        wrong = list(alarms(found))
        total += len(wrong)
        infos += sum(each["severity"] == "info" for each in found)
        print(
            f"{'ALARM' if wrong else 'quiet'}  {program.name}: {len(recordings)} recordings, "
            f"{len(found)} findings" + (f"  ({said.strip()})" if said else ""),
            flush=True,
        )
        for each in wrong:
            print(f"       {each['severity']} {each['kind']}: {each['message']}")
    print(f"{len(chosen)} programs, {total} warnings and errors, {infos} findings worth knowing")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
