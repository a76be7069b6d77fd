# SPDX-License-Identifier: MIT
"""The healthy programs that check_false_alarms.py runs, and what of theirs is no false alarm."""

from __future__ import annotations

import dataclasses
import signal
from pathlib import Path

#: The programs that are not Twisted's nor the project's examples.
OWN = Path(__file__).resolve().parent.parent / "tests" / "false_alarms"

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
        for path in sorted(OWN.glob("*.py"))
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
        for path in sorted(OWN.glob("killed_*.py"))
        for stop in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL)
    ]
    return examples + PROGRAMS_OF_TWISTED + services + killed
