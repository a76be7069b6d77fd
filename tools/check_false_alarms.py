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
import dataclasses
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

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "false-alarms"
PROGRAMS = ROOT / "tests" / "false_alarms"
TWISTED = "26.10.0"
PACKAGES = (f"twisted[tls,conch]=={TWISTED}", "scrapy==2.19.0", "klein", "treq")

#: What Twisted's examples really do wrong, as kind and file: true findings, not alarms.
TRUE_FINDINGS: dict[tuple[str, str], str] = {
    ("unhandled-failure", "pb_exceptions.py"): "its last addBoth takes a lambda with no argument",
    ("unhandled-failure", "pbechoclient.py"): "its errback traps DefinedError only",
    ("unhandled-failure", "trap_client.py"): "nobody waits for callRemote('shutdown')",
    ("unhandled-failure", "pb5client.py"): "logs in with str for bytes, and has no errback",
    ("unhandled-failure", "pb6client1.py"): "the same",
    ("unhandled-failure", "pb6client2.py"): "the same",
    ("unhandled-failure", "wait_for_it.py"): "writes bytes to a text stream",
}


@dataclasses.dataclass(frozen=True)
class Program:
    """What is run, and how it is ended."""

    name: str
    serve: tuple[str, ...] = ()  # a program that runs until it gets `stop`
    port: int | None = None  # it is up when this port answers
    clients: tuple[tuple[str, ...], ...] = ()  # run one after the other, each to its end
    talk: tuple[tuple[int, bytes], ...] = ()  # bytes sent to a port; the answer is awaited
    stop: signal.Signals = signal.SIGINT
    folder: str = "."  # below the documentation, or the tests/false_alarms folder
    stdin: bytes = b""
    prepare: tuple[tuple[str, ...], ...] = ()  # commands of the environment, run before
    patience_s: float = 120  # for a client to end by itself
    idle_s: float = 0.6  # how long it idles before it is stopped


def doc(name: str, folder: str, **rest: object) -> Program:
    """A program of Twisted's documentation."""
    return Program(name=name, folder=f"docs/{folder}", **rest)  # type: ignore[arg-type]


SSH_KEYS = tuple(
    ("ckeygen", "-t", "rsa", "-f", f"ssh-keys/{name}", "--no-passphrase", "-q")
    for name in ("ssh_host_rsa_key", "client_rsa")
)
EXAMPLES = "core/examples"
PB = "core/howto/listings/pb"
FINGER = "core/howto/tutorial/listings/finger"
PROGRAMS_OF_TWISTED = [
    doc(
        "echo, server and client",
        EXAMPLES,
        serve=("echoserv.py",),
        port=8000,
        clients=(("echoclient.py",),),
    ),
    doc(
        "echo over TLS",
        EXAMPLES,
        serve=("echoserv_ssl.py",),
        port=8000,
        clients=(("echoclient_ssl.py",),),
    ),
    doc("echo, UDP", EXAMPLES, serve=("echoserv_udp.py",), stop=signal.SIGTERM),
    doc(
        "simple server and client",
        EXAMPLES,
        serve=("simpleserv.py",),
        port=8000,
        clients=(("simpleclient.py",),),
    ),
    doc(
        "starttls",
        EXAMPLES,
        serve=("starttls_server.py",),
        port=8000,
        clients=(("starttls_client.py",),),
    ),
    doc(
        "AMP, server and client",
        EXAMPLES,
        serve=("ampserver.py",),
        port=1234,
        clients=(("ampclient.py",),),
    ),
    doc(
        "AMP of the howto, by twistd",
        "core/howto/listings/amp",
        serve=("@twistd", "-n", "-y", "basic_server.tac"),
        port=8750,
        clients=(("basic_client.py",),),
    ),
    doc(
        "PB, echo with login",
        EXAMPLES,
        serve=("pbecho.py",),
        port=8787,
        clients=(("pbechoclient.py",),),
        patience_s=8,
    ),
    doc(
        "PB, simple", EXAMPLES, serve=("pbsimple.py",), port=8789, clients=(("pbsimpleclient.py",),)
    ),
    doc("PB, exceptions", EXAMPLES, serve=("pb_exceptions.py",)),
    doc("PB howto 1", PB, serve=("pb1server.py",), port=8800, clients=()),
    doc("PB howto 2", PB, serve=("pb2server.py",), port=8800, clients=()),
    doc(
        "PB howto, exceptions",
        PB,
        serve=("exc_server.py",),
        port=8800,
        clients=(("exc_client.py",),),
    ),
    doc(
        "PB howto, traps", PB, serve=("trap_server.py",), port=8800, clients=(("trap_client.py",),)
    ),
    doc(
        "PB howto, copies",
        PB,
        serve=("@twistd", "-n", "-y", "copy_receiver.tac"),
        port=8800,
        clients=(("copy_sender.py",),),
    ),
    doc(
        "PB howto, anonymous",
        PB,
        serve=("pbAnonServer.py",),
        port=8800,
        clients=(("pbAnonClient.py",),),
    ),
    doc(
        "PB howto, login",
        PB,
        serve=("pb5server.py",),
        port=8800,
        clients=(("pb5client.py",),),
        patience_s=8,
    ),
    doc(
        "PB howto, two users",
        PB,
        serve=("pb6server.py",),
        port=8800,
        clients=(("pb6client1.py",), ("pb6client2.py",)),
        patience_s=8,
    ),
    doc(
        "chat",
        "core/howto/listings/servers",
        serve=("chat.py",),
        port=8123,
        talk=((8123, b"ann\r\nhello\r\n"),),
    ),
    doc("simple service, by twistd", EXAMPLES, serve=("@twistd", "-n", "-y", "simple.tac")),
    doc(
        "mail server, by twistd",
        "mail/tutorial/smtpserver",
        serve=("@twistd", "-n", "-y", "smtpserver-5.tac"),
        port=2025,
        talk=((2025, b"HELO here\r\nQUIT\r\n"),),
    ),
    doc(
        "long work in small steps",
        EXAMPLES,
        serve=("longex.py",),
        port=1234,
        talk=((1234, b"12345 6789 23 45\r\n"),),
    ),
    doc(
        "long work in a generator",
        EXAMPLES,
        serve=("longex2.py",),
        port=1234,
        talk=((1234, b"12345 6789 23 45\r\n"),),
    ),
    doc("push producer", EXAMPLES, serve=("streaming.py",), port=1234, talk=((1234, b"2000\r\n"),)),
    doc(
        "postfix map", EXAMPLES, serve=("postfix.py",), port=4242, talk=((4242, b"get someone\n"),)
    ),
    doc(
        "cred",
        EXAMPLES,
        serve=("cred.py",),
        port=4738,
        talk=((4738, b"USER auser\r\nPASS thepass\r\nWHOAMI\r\nQUIT\r\n"),),
    ),
    doc("shaper", EXAMPLES, serve=("shaper.py",), port=8000),
    doc("pty server", EXAMPLES, serve=("ptyserv.py",), port=5823, talk=((5823, b"exit\r\n"),)),
    doc("standard input", EXAMPLES, clients=(("stdiodemo.py",),), stdin=b"help\nquit\n"),
    doc("logging", EXAMPLES, clients=(("testlogging.py",),)),
    doc("exit codes of processes", "core/howto/listings/process", clients=(("trueandfalse.py",),)),
    doc("UDP, basic", "core/howto/listings/udp", serve=("basic_example.py",)),
    doc("UDP, its own address", "core/howto/listings/udp", serve=("getting_ip.py",)),
    doc("finger 5", FINGER, serve=("finger05.py",), port=1079, talk=((1079, b"moshez\r\n"),)),
    doc("finger 7", FINGER, serve=("finger07.py",), port=1079, talk=((1079, b"moshez\r\n"),)),
    doc(
        "finger 8, Deferreds",
        FINGER,
        serve=("finger08.py",),
        port=1079,
        talk=((1079, b"moshez\r\n"), (1079, b"nobody\r\n")),
    ),
    doc(
        "finger 9, a process",
        FINGER,
        serve=("finger09.py",),
        port=1079,
        talk=((1079, b"root\r\n"),),
    ),
    doc("finger 10, the web", FINGER, serve=("finger10.py",), port=1079),
    doc(
        "trial: first tests",
        "core/howto/listings/trial",
        clients=(("-m", "twisted.trial", "calculus.test.test_base_3"),),
    ),
    doc(
        "trial: remote tests",
        "core/howto/listings/trial",
        clients=(
            (
                "-m",
                "twisted.trial",
                "calculus.test.test_remote_1",
                "calculus.test.test_remote_2",
                "calculus.test.test_remote_3",
            ),
        ),
    ),
    doc(
        "trial: client tests",
        "core/howto/listings/trial",
        clients=(
            ("-m", "twisted.trial", "calculus.test.test_client_3", "calculus.test.test_client_4"),
        ),
    ),
    doc(
        "web.py and three clients",
        "web/examples",
        serve=("web.py",),
        port=1999,
        clients=(
            ("httpclient.py", "http://127.0.0.1:1999/"),
            ("../howto/listings/client/request.py", "http://127.0.0.1:1999/"),
        ),
    ),
    doc(
        "silly-web",
        "web/examples",
        serve=("silly-web.py",),
        port=19988,
        talk=((19988, b"GET / HTTP/1.0\r\n\r\n"),),
    ),
    doc(
        "webguard",
        "web/examples",
        serve=("webguard.py",),
        port=8889,
        talk=((8889, b"GET / HTTP/1.0\r\n\r\n"),),
    ),
    doc(
        "proxy",
        "web/examples",
        serve=("proxy.py",),
        port=8080,
        talk=((8080, b"GET http://127.0.0.1:1/ HTTP/1.0\r\n\r\n"),),
    ),
    doc("reverse proxy", "web/examples", serve=("reverse-proxy.py",), port=8080),
    doc(
        "XML-RPC",
        "web/examples",
        serve=("xmlrpcserver.py",),
        port=7080,
        talk=((7080, b"GET / HTTP/1.0\r\n\r\n"),),
    ),
    doc("template that waits", "web/howto/listings", clients=(("wait_for_it.py",),)),
    doc(
        "templates",
        "web/howto/listings",
        clients=(("render_1.py",), ("render_2.py",), ("render_3.py",), ("iteration-1.py",)),
    ),
    doc(
        "names: a server and a look-up",
        "names/howto/listings/names",
        serve=("simple_server.py",),
        port=10053,
    ),
    doc(
        "names: a server that overrides",
        "names/howto/listings/names",
        serve=("override_server.py",),
        port=10053,
    ),
    doc(
        "SSH server",
        "conch/examples",
        prepare=SSH_KEYS,
        serve=("sshsimpleserver.py",),
        port=5022,
        talk=((5022, b"SSH-2.0-probe\r\n"),),
    ),
]


def own(name: str, *command: str, **rest: object) -> Program:
    """A program of tests/false_alarms that ends by itself."""
    return Program(name=name, clients=(command,), folder="own", **rest)  # type: ignore[arg-type]


def programs() -> list[Program]:
    """All there are."""
    examples = [
        Program(name=f"example {each}", clients=((each,),), folder="examples")
        for each in ("example.py", "pipeline.py", "spider.py")
    ] + [Program(name="example web_server.py", serve=("web_server.py",), folder="examples")]
    services = [
        own(path.stem.replace("_", " "), path.name)
        for path in sorted(PROGRAMS.glob("*.py"))
        if not path.name.startswith("killed_")
    ]
    killed = [
        Program(
            name=f"{path.stem.replace('_', ' ')}, {stop.name}",
            serve=(path.name,),
            stop=stop,
            folder="own",
            idle_s=1.2,
        )
        for path in sorted(PROGRAMS.glob("killed_*.py"))
        for stop in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL)
    ]
    return examples + PROGRAMS_OF_TWISTED + services + killed


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
            return PROGRAMS
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
