# SPDX-License-Identifier: MIT
"""core natively and core as WebAssembly give the same texts, pixels and tiles under pixels.

The same calls of wasm/exports.h are made on both (play.cc, play.mjs), and what they print is
compared. Needs build/wasm (tools/build_wasm.sh) and the native programs of the preset `test`;
tools/run_tests.py builds both.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NATIVE = Path(os.environ.get("REACTORTRACK_NATIVE", ROOT / "build" / "test")) / "tests/agreement"
MODULE = ROOT / "build" / "wasm" / "reactortrack.wasm"

GOLDEN = ["shop", "killed", "damaged", "rare", "empty"]
LINES_OF_2013 = (ROOT / "fuzz" / "corpus" / "lines_of_2013.jsonl").read_bytes()


def recording(name: str, folder: Path) -> bytes:
    file = folder / "golden.rtlog"
    subprocess.run([NATIVE / "agreement_recordings", name, file], check=True, timeout=20)
    return file.read_bytes()


def variants(folder: Path) -> Iterator[tuple[str, bytes]]:
    golden = {name: recording(name, folder) for name in GOLDEN}
    yield from golden.items()
    yield "lines of 2013", LINES_OF_2013
    yield "no bytes", b""
    yield "foreign", b"\x7fELF" + bytes(range(256))
    yield "text", b"hello\nworld\n"
    yield "JSON lines", (ROOT / "fuzz" / "corpus" / "program.jsonl").read_bytes()
    yield "broken lines", LINES_OF_2013.replace(b'"action"', b'"acti', 1) + b"{\n"
    shop = golden["shop"]
    for length in range(0, len(shop), 197):
        yield f"shop cut at {length}", shop[:length]
    dice = random.Random(2013)
    for number in range(12):
        damaged = bytearray(dice.choice([shop, golden["rare"], LINES_OF_2013]))
        for _ in range(dice.randrange(1, 8)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        yield f"damaged {number}", bytes(damaged)


def calls(file: Path, size: int) -> list[str]:
    """Everything there is to ask, at several events, and the frames that are painted."""
    lines = [f"file {file}", f"open {size}", f"append 0 {size}", "finish"]
    lines += ["read 7"] * 3 + ["read 100000"] * 2
    lines += ["view 320 200 1 0 0 0 0", "text 0 0 0", "text 2 1 200", "text 7 20 0", "text 11 0 0"]
    for event in [0, 1, 3, 4, 12, 13, 20, 24, 23, 30, 36, 37, 10**9]:
        lines += [f"move {event}", "boxes", "paint 0", f"text 1 {event} 0", "text 6 0 0"]
        lines += ["text 13 0 0", "text 4 0 100", "paint -1", "ids 7"]
    lines += [f"text 3 {serial} 0" for serial in range(7)]
    lines += [f"text 9 {node} 0" for node in range(12)]
    for layout, weight, flags in [(0, 1, 1), (0, 2, 2), (1, 0, 3), (1, 1, 0)]:
        lines += [f"view 333 217 1.5 0 {layout} {weight} {flags}", "paint -1", "text 11 0 0"]
        lines += ["zoom 97 3.25 8.5", "paint -1", "ids 5"]  # small parts of pixels become pixels
        lines += [f"text 5 {node} 0" for node in range(14)]
    lines += ["view 200 300 1 1 0 0 0", "paint -1", "ids 3", "text 8 0 0 fetch", "paint -1"]
    lines += ["text 8 0 0", 'text 4 0 9 {"sort": "site", "descending": true, "filter": "o"}']
    lines += [f"text 10 {rule} {about}" for rule in range(8) for about in range(4)]
    lines += ["text 12 0 0 250500000", "text 14 1 2", "text 14 99 0", "text 99 0 0"]
    # The findings, the tree of waits, the reactor: before, half-way through, and when all is known.
    for pieces in [0, 9, 1000]:
        lines += [f"work {pieces}", "text 15 0 0", "text 16 0 0", "text 17 7 0", "text 17 1000 0"]
    lines += ["text 3 1 0", "text 3 2 0", "move 9", "paint -1", "text 8 0 0 error"]
    return lines


def play(command: list[str | Path], lines: list[str]) -> str:
    done = subprocess.run(
        command, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def both(lines: list[str]) -> str:
    native = play([NATIVE / "agreement_play"], lines)
    module = play([ROOT / "tools" / "node.sh", "node", HERE / "play.mjs", MODULE], lines)
    assert native.splitlines() == module.splitlines()
    return native


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return dict(variants(tmp_path_factory.mktemp("golden")))


def check(name: str, data: bytes, folder: Path) -> str:
    file = folder / "recording"
    file.write_bytes(data)
    return both(calls(file, len(data)))


@pytest.mark.parametrize("name", [*GOLDEN, "lines of 2013", "JSON lines"])
def test_recordings_are_the_same(recordings: dict[str, bytes], name: str, tmp_path: Path) -> None:
    text = check(name, recordings[name], tmp_path)
    assert '"ending": "error"' not in text or name == "damaged"
    if name not in {"empty"}:
        assert '"deferred": 1' in text


@pytest.mark.parametrize(
    "kind", ["no bytes", "foreign", "text", "broken lines", "shop cut", "damaged "]
)
def test_what_is_broken_is_the_same_and_never_traps(
    recordings: dict[str, bytes], kind: str, tmp_path: Path
) -> None:
    chosen = [name for name in recordings if name.startswith(kind)]
    assert chosen
    for name in chosen:
        assert '"ending": ' in check(name, recordings[name], tmp_path), name


def test_a_growing_recording_is_the_same(recordings: dict[str, bytes], tmp_path: Path) -> None:
    file = tmp_path / "recording"
    for name in ["shop", "lines of 2013"]:
        data = recordings[name]
        file.write_bytes(data)
        lines = [f"file {file}", "open 0"]
        for start in range(0, len(data), 53):
            lines += [f"append {start} 53", "read 1000", "view 320 200 1 0 0 0 0"]
            lines += ["move 1000000", "paint -1", "text 6 0 0", "text 0 0 0", "work 5"]
        whole = [f"file {file}", "open 0", f"append 0 {len(data)}", "finish", "read 100000"]
        both(lines)
        ask = ["view 320 200 1 0 0 0 0", "move 15", "text 4 0 100", "text 2 1 100"]
        ask += ["work 1000", "text 15 0 0", "text 16 0 0", "text 17 50 0"]
        grown = both([*lines, "finish", *ask]).splitlines()
        at_once = both([*whole, *ask]).splitlines()
        assert grown[-len(at_once) + 1 :] == at_once[1:]


def test_answers_are_json(recordings: dict[str, bytes], tmp_path: Path) -> None:
    file = tmp_path / "recording"
    for name, data in recordings.items():
        file.write_bytes(data)
        start = [f"file {file}", "open 0", f"append 0 {len(data)}", "finish", "read 9999"]
        start += ["view 320 200 1 0 0 0 0", "move 20"]
        text = play([NATIVE / "agreement_play"], [*start, *(f"text {q} 1 5" for q in range(18))])
        rest = "\n".join(text.splitlines()[2:])
        for question in range(18):
            answer, end = json.JSONDecoder().raw_decode(rest)
            assert answer is None or isinstance(answer, dict), (name, question)
            rest = rest[end:].lstrip()
        assert rest == ""
