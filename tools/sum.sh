#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A number that differs when a source in the given files and folders does.
#
#   tools/sum.sh CMakeLists.txt core
set -euo pipefail
find "$@" -type f ! -name '*.pyc' ! -path 'viewer/node_modules/*' -print0 |
  sort -z | xargs -0 cksum | cksum
