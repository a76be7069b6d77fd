#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Builds build/page/index.html: the page in one file, with core as WebAssembly in it. Needs no
# network once viewer/node_modules is there. The same sources give the same bytes.
#
#   tools/build_page.sh
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

install_packages
[[ ${1:-} != --packages ]] || exit 0

tools/build_wasm.sh
rm -f build/page/index.html
tools/node.sh npm --prefix viewer run --silent check
tools/node.sh npm --prefix viewer run --silent build -- --logLevel warn
[[ -s build/page/index.html ]] || { echo "tools/build_page.sh: the build made no page" >&2; exit 1; }
echo "build/page/index.html: $(stat -c %s build/page/index.html) bytes"
