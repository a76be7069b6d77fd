#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Builds build/page/index.html: the page in one file, with core as WebAssembly in it. Needs no
# network once viewer/node_modules is there. The same sources give the same bytes.
#
#   tools/build_page.sh
#   tools/build_page.sh --if-changed     nothing, when no source has changed since the last time
#   tools/build_page.sh --packages       only the npm packages
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Other scripts and the tests need the packages only: tools/build_page.sh --packages
install_packages() {
  local stamp=viewer/node_modules/.installed-from
  if ! cmp -s viewer/package-lock.json "$stamp"; then
    echo "-- viewer: installing the packages of package-lock.json"
    tools/node.sh npm --prefix viewer ci --no-audit --no-fund --loglevel=error
    cp viewer/package-lock.json "$stamp"
  fi
}

if [[ ${1:-} == --packages ]]; then
  install_packages
  exit 0
fi

sum="$(tools/sum.sh CMakeLists.txt core wasm viewer tools/build_page.sh tools/build_wasm.sh)"
if [[ ${1:-} == --if-changed && -s build/page/index.html ]] &&
  [[ "$(cat build/page.sum 2> /dev/null || true)" == "$sum" ]]; then
  echo "build/page/index.html: built already, no source has changed"
  exit 0
fi

install_packages

tools/build_wasm.sh
rm -f build/page/index.html
tools/node.sh npm --prefix viewer run --silent check
tools/node.sh npm --prefix viewer run --silent build -- --logLevel warn
[[ -s build/page/index.html ]] || { echo "tools/build_page.sh: the build made no page" >&2; exit 1; }
echo "$sum" > build/page.sum
echo "build/page/index.html: $(stat -c %s build/page/index.html) bytes"
