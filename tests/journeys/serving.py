# SPDX-License-Identifier: MIT
"""A `reactortrack map` that runs, and how to talk to it: bytes, as anybody could send them."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

# What stands in for the page: it shows the recording's size, and stays connected.
PAGE = """<!doctype html><meta charset="utf-8"><title>page of a test</title><script>
const token = new URLSearchParams(location.hash.slice(1)).get("token");
const headers = { Authorization: "Bearer " + token };
fetch("/alive", { headers });
fetch("/recording", { headers }).then((answer) => answer.arrayBuffer()).then((bytes) => {
  document.title = bytes.byteLength + " bytes";
});
</script>"""


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Serving:
    """A server, by its process and what it said."""

    process: subprocess.Popen[bytes]
    port: int = 0
    token: str = ""
    lines: list[str] = field(default_factory=list)
    said: threading.Condition = field(default_factory=threading.Condition)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def listen_to(self, stream: IO[bytes]) -> None:
        for line in stream:
            with self.said:
                self.lines.append(line.decode())
                self.said.notify_all()
        with self.said:
            self.lines.append("")
            self.said.notify_all()

    def wait_for(self, pattern: str, timeout_s: float = 30) -> re.Match[str]:
        """The first line on stderr, so far or to come, that matches."""

        def found() -> re.Match[str] | str | None:
            for line in self.lines:
                match = re.search(pattern, line)
                if match or line == "":
                    return match or "the end"
            return None

        with self.said:
            match = self.said.wait_for(found, timeout_s)
        assert isinstance(match, re.Match), f"no {pattern!r} in {self.lines}"
        return match

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def ask(self, target: str, *, method: str = "GET", **headers: str | None) -> Answer:
        """One request as the page makes it; `headers` are added, or left out when None."""
        wanted: dict[str, str | None] = {
            "Host": self.host,
            "Authorization": f"Bearer {self.token}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = [f"{name}: {value}\r\n" for name, value in wanted.items() if value is not None]
        return self.send(f"{method} {target} HTTP/1.1\r\n{''.join(lines)}\r\n".encode(), method)

    def send(self, request: bytes, method: str = "GET") -> Answer:
        """The answer to these bytes."""
        with self.connect() as connection:
            connection.sendall(request)
            answer = http.client.HTTPResponse(connection, method=method)
            answer.begin()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read())

    def stream(self) -> http.client.HTTPResponse:
        """The recording, to be read as it comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/recording", headers={"Authorization": f"Bearer {self.token}"})
        return connection.getresponse()

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


def start(
    command: list[str], folder: Path, *, stdin: int | IO[bytes] = subprocess.DEVNULL, **more: str
) -> Serving:
    """Starts a command that serves, and waits until it says where."""
    page = folder / "page.html"
    page.write_text(PAGE)
    environment = {**os.environ, "REACTORTRACK_PAGE_FILE": str(page), **more}
    process = subprocess.Popen(
        command, cwd=folder, stdin=stdin, stderr=subprocess.PIPE, env=environment
    )
    assert process.stderr is not None
    serving = Serving(process)
    threading.Thread(target=serving.listen_to, args=[process.stderr], daemon=True).start()
    address = serving.wait_for(r"http://127\.0\.0\.1:(\d+)/#token=([0-9a-f]{32})\n")
    serving.port, serving.token = int(address[1]), address[2]
    return serving
