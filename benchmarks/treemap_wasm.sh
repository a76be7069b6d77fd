#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Lays out the trees of treemap_benchmark.cc natively and as WebAssembly in node, prints both tables,
# and fails when a rectangle differs in a single bit. WASM_CXX names the compiler.
#
#   benchmarks/treemap_wasm.sh [most leaves, default 1000000]
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/bench/treemap
mkdir -p "$out"
sources=(benchmarks/treemap_benchmark.cc core/treemap/{growing,layout,order,rows,squarified,tree,sample_trees}.cc)
flags=(-std=c++20 -O3 -DNDEBUG -ffp-contract=off -I.)
"${CXX:-g++}" "${flags[@]}" "${sources[@]}" -o "$out/native"
"${WASM_CXX:-clang++-22}" --target=wasm32-wasi -Wno-deprecated --no-wasm-opt -fno-exceptions -fno-rtti \
  -Wl,-z,stack-size=1048576 "${flags[@]}" "${sources[@]}" -o "$out/treemap.wasm"

cat >"$out/run.mjs" <<'JS'
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";
const [, , file, ...rest] = process.argv;
const wasi = new WASI({ version: "preview1", args: [file, ...rest] });
const { instance } = await WebAssembly.instantiate(readFileSync(file), wasi.getImportObject());
wasi.start(instance);
JS
echo "native"
"$out/native" "$@" | tee "$out/native.txt"
echo "wasm"
node --no-warnings "$out/run.mjs" "$out/treemap.wasm" "$@" | tee "$out/wasm.txt"
# All but the time, the fifth column from the right.
without_time() { awk '{ $(NF - (/ growing / ? 3 : 4)) = ""; print }' "$1"; }
if diff <(without_time "$out/native.txt") <(without_time "$out/wasm.txt"); then
  echo "The rectangles are the same, to the bit."
else
  echo "The rectangles differ." >&2
  exit 1
fi
