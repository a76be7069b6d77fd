#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Builds the wheel and installs it into the local environment, when a source has changed since the
# last time. The build folder is kept, so only what changed is compiled again.
#
#   VENV=.venv tools/install.sh
set -euo pipefail
cd "$(dirname "$0")/.."

python="${VENV:-.venv}/bin/python"
stamp="${VENV:-.venv}/installed/reactortrack"
# Each interpreter has its own folder: the recorder is compiled against its headers.
build="build/wheel-$("$python" -c 'import sys; print(sys.implementation.cache_tag)')"
log="$build.log"

sources_sum() {
  find CMakeLists.txt pyproject.toml README.md LICENSE core recorder cli python \
    -type f ! -name '*.pyc' -print0 | sort -z | xargs -0 cksum | cksum
}
sum="$(sources_sum)"
if [ "$(cat "$stamp" 2> /dev/null || true)" = "$sum" ]; then
  echo "-- reactortrack: installed already, no source has changed"
  exit 0
fi

echo "-- reactortrack: building and installing it (all that is said goes to $log)"
mkdir -p build
# Shown while it goes on: the compiler's steps. grep finding none is no error.
set +e
"$python" -m pip install --disable-pip-version-check --verbose --no-build-isolation --no-deps \
  --force-reinstall --config-settings=build-dir="$build" \
  --config-settings=cmake.define.CMAKE_COMPILE_WARNING_AS_ERROR=ON . 2>&1 |
  tee "$log" | grep --line-buffered -oE '\[[0-9]+/[0-9]+\] .*'
status=${PIPESTATUS[0]}
set -e
if [ "$status" != 0 ]; then
  grep -vE '^ *\[[0-9]+/[0-9]+\] (Building|Linking)' "$log" | tail -n 50 >&2
  echo "reactortrack: not built; all of the build's output is in $log" >&2
  exit 1
fi
mkdir -p "$(dirname "$stamp")"
echo "$sum" > "$stamp"
echo "-- reactortrack: installed"
