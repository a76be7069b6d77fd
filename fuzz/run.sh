#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Builds the fuzzer and runs it on the recordings' reader: fuzz/run.sh [SECONDS], 600 by default.
#
# Starts from the seeds in fuzz/corpus and from what earlier runs found; new finds go to
# build/fuzz/found. Ends with an error, and the input in build/fuzz, when it finds a fault.
# CLANGXX names the compiler.
set -eu
seconds=${1:-600}
cd "$(dirname "$0")/.."
compiler=${CLANGXX:-$(command -v clang++-14 || command -v clang++ || true)}
if [ -z "$compiler" ]; then
  echo "fuzz/run.sh: no clang++ found; install clang or set CLANGXX" >&2
  exit 1
fi
cmake -S . -B build/fuzz -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DREACTORTRACK_FUZZ=ON -DREACTORTRACK_CLI=OFF -DREACTORTRACK_RECORDER=OFF >/dev/null
cmake --build build/fuzz --target log_fuzzer >/dev/null
mkdir -p build/fuzz/found
echo "fuzz/run.sh: reading what the fuzzer makes up, for $seconds s"
exec build/fuzz/fuzz/log_fuzzer -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
  -max_len=4096 -dict=fuzz/log.dict -print_final_stats=1 -artifact_prefix=build/fuzz/ \
  build/fuzz/found fuzz/corpus
