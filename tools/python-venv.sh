#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Makes or renews the local Python environment, with the packages of the given requirement files.
# Made anew when PYTHON is another interpreter than the one it was made with.
#
#   PYTHON=python3.12 VENV=.venv tools/python-venv.sh tools/requirements-build.txt ...
set -euo pipefail

python="${PYTHON:-python3}"
venv="${VENV:-.venv}"
identity="$("$python" -c 'import sys; print(sys.version, sys.base_prefix)')"

if [ "$(cat "$venv/interpreter.txt" 2> /dev/null || true)" != "$identity" ]; then
  echo "-- $venv: making it with $("$python" -c 'import sys; print(sys.executable, sys.version.split()[0])')"
  "$python" -m venv --clear "$venv"
  echo "$identity" > "$venv/interpreter.txt"
fi

# Once is enough while neither the files nor the environment change.
requirements=()
for file in "$@"; do
  cmp -s "$file" "$venv/installed/$(basename "$file")" || requirements+=(-r "$file")
done
if [ ${#requirements[@]} -eq 0 ]; then
  echo "-- $venv: has the packages of $*"
  exit 0
fi
echo "-- $venv: installing the packages of $*"
"$venv/bin/python" -m pip install --disable-pip-version-check --progress-bar off --quiet "${requirements[@]}"
mkdir -p "$venv/installed"
cp "$@" "$venv/installed/"
