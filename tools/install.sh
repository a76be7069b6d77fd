#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Builds the page and the wheel, which carries the page, and installs the wheel into the local
# environment, when a source has changed since the last time. The build folders are kept, so only
# what changed is compiled again.
#
#   VENV=.venv tools/install.sh
#   REACTORTRACK_PAGE=OFF tools/install.sh     without the page: no clang-22 and no Node.js needed
set -euo pipefail
cd "$(dirname "$0")/.."

python="${VENV:-.venv}/bin/python"
stamp="${VENV:-.venv}/installed/reactortrack"
# Each interpreter has its own folder: the recorder is compiled against its headers.
build="build/wheel-$("$python" -c 'import sys; print(sys.implementation.cache_tag)')"
log="$build.log"

page="${REACTORTRACK_PAGE:-ON}"
mkdir -p build
if [ "$page" != OFF ]; then
  echo "-- the page: building it, if a source has changed (all that is said goes to build/page.log)"
  if ! tools/build_page.sh --if-changed > build/page.log 2>&1; then
    tail -n 30 build/page.log >&2
    echo "the page: not built. REACTORTRACK_PAGE=OFF tools/install.sh installs without it" >&2
    exit 1
  fi
  page_sum="$(cat build/page.sum)"
fi

sum="$(tools/sum.sh CMakeLists.txt pyproject.toml README.md LICENSE core recorder cli python) $page ${page_sum:-}"
if [ "$(cat "$stamp" 2> /dev/null || true)" = "$sum" ]; then
  echo "-- reactortrack: installed already, no source has changed"
  exit 0
fi

echo "-- reactortrack: building and installing it (all that is said goes to $log)"
# Shown while it goes on: the compiler's steps. grep finding none is no error.
set +e
"$python" -m pip install --disable-pip-version-check --verbose --no-build-isolation --no-deps \
  --force-reinstall --config-settings=build-dir="$build" \
  --config-settings=cmake.define.CMAKE_COMPILE_WARNING_AS_ERROR=ON \
  --config-settings=cmake.define.REACTORTRACK_PAGE="$page" . 2>&1 |
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
