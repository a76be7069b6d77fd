#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds build/wasm/reactortrack.wasm: core and its exports (wasm/exports.h) for the page.
# Another compiler: REACTORTRACK_WASM_COMPILER=clang++-23 tools/build_wasm.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

compiler=${REACTORTRACK_WASM_COMPILER:-clang++-22}
module=build/wasm/reactortrack.wasm
if ! command -v "$compiler" > /dev/null; then
  echo "tools/build_wasm.sh: $compiler is not installed (Debian: clang-22 lld-22" \
    "libc++-22-dev-wasm32 libclang-rt-22-dev-wasm32 wasi-libc)" >&2
  exit 1
fi

mkdir -p build/wasm
cmake -S . -B build/wasm -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_TOOLCHAIN_FILE="$PWD/wasm/toolchain.cmake" -DREACTORTRACK_WASM_COMPILER="$compiler" \
  -DCMAKE_COMPILE_WARNING_AS_ERROR=ON -DCMAKE_UNITY_BUILD=ON \
  -DREACTORTRACK_RECORDER=OFF -DREACTORTRACK_CLI=OFF > build/wasm/configure.txt \
  || { cat build/wasm/configure.txt >&2; exit 1; }
cmake --build build/wasm --target reactortrack_wasm
# A linker that wants a wasm-opt it can't find may skip its work and report success.
[[ -s $module ]] || { echo "tools/build_wasm.sh: the build made no $module" >&2; exit 1; }
echo "$module: $(stat -c %s "$module") bytes"
