# SPDX-License-Identifier: MIT
"""The server of `reactortrack map`: what it hands out, and to whom it does not."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from serving import PAGE, Serving, start


@pytest.fixture
def serving(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> Iterator[Serving]:
    server = start([reactortrack, "map", "--no-browser", recording("shop")], tmp_path)
    yield server
    server.end()


def test_hands_out_the_page_and_the_recording(serving: Serving, tmp_path: Path) -> None:
    page = serving.ask("/", Authorization=None)
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.body.decode() == PAGE
    data = serving.ask("/recording")
    assert data.status == 200
    assert data.body == (tmp_path / "shop.rtlog").read_bytes()
    about = json.loads(serving.ask("/about").body)
    assert about == {
        "name": "shop.rtlog", "format": "rtlog", "growing": False, "bytes": len(data.body),
    }  # fmt: skip


def test_compresses_the_page_for_who_takes_it(serving: Serving) -> None:
    for accepted in ("gzip", "br, gzip", "deflate, gzip;q=0.5"):
        page = serving.ask("/", Accept_Encoding=accepted)
        assert page.headers["content-encoding"] == "gzip"
        assert gzip.decompress(page.body).decode() == PAGE
    for accepted in ("identity", "br", "gzip;q=0", "gzip;q=0.0"):
        page = serving.ask("/", Accept_Encoding=accepted)
        assert "content-encoding" not in page.headers
        assert page.body.decode() == PAGE


def test_head_gives_the_same_without_the_body(serving: Serving) -> None:
    for target in ("/", "/recording", "/about", "/alive"):
        head = serving.ask(target, method="HEAD")
        assert head.status == 200
        assert head.body == b""


def test_one_connection_serves_many_requests(serving: Serving) -> None:
    request = (
        f"GET /about HTTP/1.1\r\nHost: {serving.host}\r\n"
        f"Authorization: Bearer {serving.token}\r\n\r\n"
    ).encode()
    with serving.connect() as connection:
        connection.sendall(request * 3)  # without waiting for the answers
        connection.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        text = b""
        while piece := connection.recv(65536):
            text += piece
    assert text.count(b"HTTP/1.1 200 OK") == 4
    assert text.count(b"shop.rtlog") == 4


def test_every_answer_forbids_what_the_page_does_not_need(serving: Serving) -> None:
    for answer in (
        serving.ask("/"), serving.ask("/recording"), serving.ask("/nothing"),
        serving.ask("/", Host="evil.example"), serving.ask("/recording", Authorization=None),
    ):  # fmt: skip
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-embedder-policy"] == "require-corp"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "connect-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert not any(name.startswith("access-control") for name in answer.headers)


WRONG = [
    ("no token", "/recording", {"Authorization": None}, 401),
    ("empty token", "/recording", {"Authorization": "Bearer "}, 401),
    ("another token", "/recording", {"Authorization": "Bearer " + "0" * 32}, 401),
    ("start of the token", "/recording", {"Authorization": "Bearer TOKEN16"}, 401),
    ("token in capitals", "/recording", {"Authorization": "Bearer TOKENUP"}, 401),
    ("token as a password", "/recording", {"Authorization": "Basic TOKEN"}, 401),
    ("token in the address", "/recording?token=TOKEN", {"Authorization": None}, 401),
    ("no token for the name", "/about", {"Authorization": None}, 401),
    ("no token for staying", "/alive", {"Authorization": None}, 401),
    ("name of another host", "/recording", {"Host": "evil.example"}, 421),
    ("rebound name", "/recording", {"Host": "evil.example:PORT"}, 421),
    ("rebound name for the page", "/", {"Host": "evil.example:PORT"}, 421),
    ("localhost", "/recording", {"Host": "localhost:PORT"}, 421),
    ("another port", "/recording", {"Host": "127.0.0.1:1"}, 421),
    ("no port", "/recording", {"Host": "127.0.0.1"}, 421),
    ("no host", "/recording", {"Host": None}, 400),
    ("foreign origin", "/recording", {"Origin": "http://evil.example"}, 403),
    ("origin of another port", "/recording", {"Origin": "http://127.0.0.1:1"}, 403),
    ("origin of a file", "/recording", {"Origin": "null"}, 403),
    ("origin of a file, page", "/", {"Origin": "null"}, 403),
    ("origin with https", "/recording", {"Origin": "https://127.0.0.1:PORT"}, 403),
    ("script of another site", "/recording", {"Sec-Fetch-Site": "cross-site"}, 403),
    ("script of another port", "/recording", {"Sec-Fetch-Site": "same-site"}, 403),
    ("picture of another site", "/", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors",
                                      "Sec-Fetch-Dest": "image"}, 403),
    ("frame of another site", "/", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate",
                                    "Sec-Fetch-Dest": "iframe"}, 403),
    ("link to the data", "/recording", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode":
                                        "navigate", "Sec-Fetch-Dest": "document"}, 403),
    ("another path", "/etc/passwd", {}, 404),
    ("path with dots", "/../shop.rtlog", {}, 404),
    ("icon", "/favicon.ico", {}, 404),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "headers", "status"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_refuses(
    serving: Serving, target: str, headers: dict[str, str | None], status: int
) -> None:
    def filled(text: str) -> str:
        text = text.replace("PORT", str(serving.port)).replace("TOKEN16", serving.token[:16])
        # A token of digits alone has no capitals.
        text = text.replace("TOKENUP", serving.token.upper() + "A")
        return text.replace("TOKEN", serving.token)

    given = {name: value if value is None else filled(value) for name, value in headers.items()}
    answer = serving.ask(filled(target), **given)
    assert answer.status == status
    assert b"RTLOG" not in answer.body
    assert PAGE.encode() not in answer.body
    assert len(answer.body) < 100


def test_lets_a_link_open_the_page(serving: Serving) -> None:
    opened = {
        "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document",
    }  # fmt: skip
    assert serving.ask("/", Authorization=None, **opened).status == 200
    own = f"http://{serving.host}"
    assert serving.ask("/recording", Origin=own, Sec_Fetch_Site="same-origin").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FOO"])
def test_is_read_only(serving: Serving, method: str) -> None:
    for target in ("/", "/recording"):
        answer = serving.ask(target, method=method, Content_Length="0")
        assert answer.status in (400, 405)
        if answer.status == 405:
            assert answer.headers["allow"] == "GET, HEAD"
        assert b"RTLOG" not in answer.body


def test_takes_no_body(serving: Serving) -> None:
    for field in ("Content-Length: 5", "Transfer-Encoding: chunked"):
        answer = serving.send(
            f"GET /recording HTTP/1.1\r\nHost: {serving.host}\r\n"
            f"Authorization: Bearer {serving.token}\r\n{field}\r\n\r\nhello".encode()
        )
        assert answer.status in (400, 413)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: HOST\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\nHost: HOST\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nHost : HOST\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: HOST\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS greeting \r\n\r\n", 400),
        (b"\x00\xff\xfe no HTTP at all \r\n\r\n", 400),
    ],
    ids=["header", "target", "two hosts", "two hosts, one foreign", "HTTP/1.0", "space", "HTTP/9.9",
         "TLS", "noise"],
)  # fmt: skip
def test_answers_what_is_no_request(serving: Serving, request_bytes: bytes, status: int) -> None:
    answer = serving.send(request_bytes.replace(b"HOST", serving.host.encode()))
    assert answer.status == status
    assert serving.ask("/about").status == 200, "it goes on"


def test_survives_who_hangs_up_and_who_says_nothing(serving: Serving) -> None:
    silent = [serving.connect() for _ in range(40)]
    for cut in range(1, 60, 7):
        with serving.connect() as connection:
            connection.sendall(
                f"GET /recording HTTP/1.1\r\nHost: {serving.host}\r\n"[:cut].encode()
            )
    with serving.connect() as connection:
        connection.sendall(
            f"GET /recording HTTP/1.1\r\nHost: {serving.host}\r\n"
            f"Authorization: Bearer {serving.token}\r\n\r\n".encode()
        )
    assert serving.ask("/recording").status == 200
    for connection in silent:
        connection.close()


def test_listens_on_loopback_only(serving: Serving) -> None:
    table = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    listening = re.findall(rf"\d+: ([0-9A-F]+):{serving.port:04X} 0+:0000 0A", table)
    assert listening == ["0100007F"], "127.0.0.1, and nothing else"


def test_each_start_has_its_own_token_and_port(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    servers = [
        start([reactortrack, "map", "--no-browser", recording("shop")], tmp_path) for _ in range(3)
    ]
    assert len({server.token for server in servers}) == 3
    assert len({server.port for server in servers}) == 3
    other = servers[0].ask("/recording", Authorization=f"Bearer {servers[1].token}")
    assert other.status == 401
    assert [server.end() for server in servers] == [0, 0, 0]


def test_a_port_can_be_chosen_and_is_said_when_taken(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [reactortrack, "map", "--no-browser", "--port", str(port), recording("shop")]
        environment = {**os.environ, "REACTORTRACK_PAGE_FILE": __file__}
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=30, env=environment,
            check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert f"127.0.0.1:{port}: cannot listen there: " in done.stderr
    server = start(command, tmp_path)
    assert server.port == port
    assert server.end(signal.SIGTERM) == 0


def test_follows_a_file_that_is_still_written(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    data = (tmp_path / recording("shop")).read_bytes()
    growing = tmp_path / "growing.rtlog"
    with open(growing, "wb", buffering=0) as file:
        file.write(data[:700])
        server = start([reactortrack, "map", "--no-browser", "growing.rtlog"], tmp_path)
        assert json.loads(server.ask("/about").body)["growing"] is True
        stream = server.stream()
        got = b""
        for end in range(720, len(data), 40):
            while len(got) < end - 160:
                got += stream.read1(65536)
            file.write(data[end - 20 : end] if end > 720 else data[700:end])
            assert data.startswith(got), "only what was written, in order"
            file.write(data[end : end + 20])
        file.write(data[file.tell() :])
    got += stream.read()
    assert got == data
    server.wait_for(r"growing\.rtlog: complete, 37 events in 1\.800 s")
    assert json.loads(server.ask("/about").body)["growing"] is False
    assert server.end() == 0


def test_ends_the_stream_when_the_writer_is_gone(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    data = (tmp_path / recording("killed")).read_bytes()
    with open(tmp_path / "growing.rtlog", "wb", buffering=0) as file:
        file.write(data)
        server = start([reactortrack, "map", "--no-browser", "growing.rtlog"], tmp_path)
        stream = server.stream()
        while stream.read1(65536) == b"":
            pass
        time.sleep(0.3)
        assert server.process.poll() is None
        assert "truncated" not in "".join(server.lines)
    stream.read()
    server.wait_for(r"growing\.rtlog: truncated, 36 events")
    server.end()


def test_passes_on_standard_input_as_it_comes(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    data = (tmp_path / recording("shop")).read_bytes()
    read_end, write_end = os.pipe()
    os.write(write_end, data[:500])
    server = start([reactortrack, "map", "--no-browser"], tmp_path, stdin=read_end)
    os.close(read_end)
    stream = server.stream()
    assert stream.read(500) == data[:500]
    os.write(write_end, data[500:520])
    assert stream.read(20) == data[500:520]
    os.write(write_end, data[520:])
    os.close(write_end)
    assert stream.read() == data[520:]
    assert server.ask("/recording").body == data, "again, from its start"
    server.wait_for("standard input: complete, 37 events")
    assert server.end() == 0


def test_reads_standard_input_that_is_a_file(
    reactortrack: str, recording: Callable[[str], str], tmp_path: Path
) -> None:
    data = (tmp_path / recording("shop")).read_bytes() + bytes(100_000)
    (tmp_path / "padded.rtlog").write_bytes(data)
    with open(tmp_path / "padded.rtlog", "rb") as file:
        server = start([reactortrack, "map", "--no-browser"], tmp_path, stdin=file)
    assert data.startswith(server.ask("/recording").body)
    assert server.end() == 0


def test_a_large_recording_arrives_whole(reactortrack: str, tmp_path: Path) -> None:
    line = b'{"action": "attached", "deferred": 7, "errback": null, "callback": "__main__.f"}\n'
    data = line * 100_000
    (tmp_path / "mon.out").write_bytes(data)
    server = start([reactortrack, "map", "--no-browser", "mon.out"], tmp_path)
    assert server.ask("/recording").body == data
    server.end()
