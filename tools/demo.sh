#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Records example programs, prints what their Deferreds did, and makes a page of the first one.
# Everything is written to build/demo.
set -euo pipefail
cd "$(dirname "$0")/.."

examples="$PWD/examples"
export PATH="$PWD/${VENV:-.venv}/bin:$PATH"
mkdir -p build/demo
cd build/demo

say() { printf '\n== %s\n' "$*"; }
# Shows a command as one would type it, then runs it.
run() {
  printf '$ %s\n' "${*//$examples/examples}"
  "$@"
}

say "The program of 2013: five callbacks, one of which sleeps a second and one of which raises"
run reactortrack run -o example.rtlog "$examples/example.py"
say "Its events, in order"
run reactortrack events example.rtlog
say "The same as a summary"
run reactortrack summary example.rtlog
say "What the program itself wrote through reactortrack.monitor.JSONMonitor"
run head -n 5 mon.out

say "Queues, retries, timeouts and cancellation, in inlineCallbacks and async functions"
run reactortrack run -o pipeline.rtlog "$examples/pipeline.py"
run reactortrack summary pipeline.rtlog
say "A twisted.web server, and a client that loads it"
run reactortrack run -o web.rtlog "$examples/web_server.py"
run reactortrack summary web.rtlog

if reactortrack report example.rtlog -o example.html 2> report.txt; then
  say "The map of the first program, one file that opens in any browser: build/demo/example.html"
  if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open > /dev/null; then
    xdg-open example.html > /dev/null 2>&1 &
  fi
elif [ "${REACTORTRACK_PAGE:-ON}" = OFF ]; then
  say "No map: $(cat report.txt)"
else
  cat report.txt >&2
  exit 1
fi

say "Recordings are in build/demo. To go on: . ${VENV:-.venv}/bin/activate; reactortrack --help"
