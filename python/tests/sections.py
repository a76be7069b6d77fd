# SPDX-License-Identifier: MIT
"""Programs in sections, which are run one after the other and print what can be seen, with the log.

python program.py off|native|wrap RECORDING
"""

from __future__ import annotations

import gc
import io
import sys

from twisted.logger import globalLogPublisher, textFileLogObserver

SECTIONS = []


def section(function):
    SECTIONS.append(function)
    return function


def run_sections(clean):
    """`clean` takes from the text of the log what differs from run to run."""
    mode, path = sys.argv[1:]
    log = io.StringIO()
    globalLogPublisher.addObserver(textFileLogObserver(log, timeFormat=None))
    recording = None
    if mode != "off":
        import reactortrack

        recording = reactortrack.record(path, engine=mode)
        assert recording.engine == mode
    for function in SECTIONS:
        print("==", function.__name__)
        function()
        gc.collect()
        print("== log", clean(log.getvalue()))
        log.seek(0)
        log.truncate()
    if recording is not None:
        recording.stop()
