# SPDX-License-Identifier: MIT
"""Plays programs in one interpreter: plainly, or recorded by one engine.

A line of JSON on stdin asks, a line on stdout answers:

    {"first": 0, "count": 100}   the programs of these seeds -> {"operations": n, "hashes": [...]}
    {"seed": 7}                  one of them -> {"operations": n, "trace": [...]}
    {"source": "...", "by_vars": false, "whole_tracebacks": false}   the same of this source

With "immortal": true nothing dies before the garbage is collected (stage.Stage.keep).

The number of the program being played stands in the file --progress, for when it kills us.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import json
import os
import resource
import signal
import sys
from typing import Any

import grammar
import seen
import stage

MOST_MEMORY = 2 << 30
MOST_SECONDS = 10.0


def play_seed(seed: int, recording: Any) -> int:
    made = grammar.Grammar(seed)
    source = grammar.render(made.program())
    seen.Options.by_vars = made.by_vars
    seen.Options.whole_tracebacks = made.whole_tracebacks
    return stage.play(source, recording)


def digest() -> str:
    whole = "\n".join(seen.LINES).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(whole, digest_size=8).hexdigest()


def limit() -> None:
    """A program that runs for ever ends its interpreter, before it takes the machine's memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def begin_program() -> None:
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)  # of the processor; SIGPROF kills


def answer(asked: dict[str, Any], recording: Any, progress: int) -> dict[str, Any]:
    begin_program()
    seen.Options.immortal = asked.get("immortal", False)
    seen.Options.reads = asked.get("reads", False)
    if "source" in asked:
        seen.Options.by_vars = asked.get("by_vars", False)
        seen.Options.whole_tracebacks = asked.get("whole_tracebacks", False)
        operations = stage.play(asked["source"], recording)
        return {"operations": operations, "trace": list(seen.LINES)}
    if "seed" in asked:
        operations = play_seed(asked["seed"], recording)
        return {"operations": operations, "trace": list(seen.LINES)}
    hashes, operations, recursions = [], 0, []
    for seed in range(asked["first"], asked["first"] + asked["count"]):
        begin_program()
        os.pwrite(progress, b"%020d" % seed, 0)
        operations += play_seed(seed, recording)
        hashes.append(digest())
        if any("RecursionError" in line for line in seen.LINES):
            recursions.append(seed)
    return {"operations": operations, "hashes": hashes, "recursions": recursions}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("plain", "native", "wrap", "broken"))
    parser.add_argument("--stack", type=int, default=16)
    parser.add_argument("--values", action="store_true")
    parser.add_argument("--quiet", action="store_true", help="die without a word")
    parser.add_argument("--progress", default=os.devnull)
    options = parser.parse_args()
    if not options.quiet:
        faulthandler.enable()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what programs print is not an answer
    progress = os.open(options.progress, os.O_RDWR | os.O_CREAT)
    recording = stage.make_recording(options.mode, options.stack, options.values)
    stage.prepare()
    if "CONFORMANCE_UNLIMITED" not in os.environ:  # a sanitizer reserves terabytes
        limit()
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), recording, progress)), file=answers, flush=True)
    recording.close()


if __name__ == "__main__":
    main()
