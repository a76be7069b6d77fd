#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Installs the Debian packages that a target needs and that are missing; does nothing, and asks for no
# rights, when all are there.
#
#   tools/debian-packages.sh build test
set -euo pipefail

list="$(dirname "$0")/debian-packages.txt"
wanted=()
for group in "$@"; do
  mapfile -t -O "${#wanted[@]}" wanted < <(awk -v group="$group" '$1 == group { print $2 }' "$list")
done

if ! command -v dpkg-query > /dev/null; then
  echo "This is not Debian: packages are not checked. Needed (Debian's names): ${wanted[*]}" >&2
  exit 0
fi

missing=()
for package in "${wanted[@]}"; do
  status="$(dpkg-query -W -f='${db:Status-Status}' "$package" 2> /dev/null || true)"
  [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "-- Debian packages for $*: all there"
  exit 0
fi

as_root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo > /dev/null; then
    echo "Missing Debian packages, and neither root nor sudo to install them. As root, run:" >&2
    echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "-- Debian packages for $*: installing ${missing[*]}"
"${as_root[@]}" apt-get update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
