// SPDX-License-Identifier: MIT
//
// Writes a large recording, of made-up events, to a file or to standard output.
//
//   make_large_recording large.rtlog --events 10000000
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "benchmarks/large_recording.h"

namespace {

int usage() {
  std::fprintf(stderr,
               "usage: make_large_recording FILE|- [--events N] [--deferreds N] [--live N] "
               "[--seed N] [--no-end]\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace reactortrack::benchmarks;  // NOLINT: a program of one file
  if (argc < 2) return usage();
  LargeRecording options;
  for (int i = 2; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--no-end") {
      options.with_end = false;
      continue;
    }
    if (i + 1 == argc) return usage();
    const unsigned long long value = std::strtoull(argv[++i], nullptr, 10);
    if (name == "--events")
      options.events = value;
    else if (name == "--deferreds")
      options.deferreds = static_cast<std::uint32_t>(value);
    else if (name == "--live")
      options.live_requests = static_cast<std::uint32_t>(value);
    else if (name == "--seed")
      options.seed = static_cast<std::uint32_t>(value);
    else
      return usage();
  }
  const bool is_stdout = std::string_view(argv[1]) == "-";
  std::FILE* file = is_stdout ? stdout : std::fopen(argv[1], "wb");
  if (file == nullptr) {
    std::perror(argv[1]);
    return 1;
  }
  const Made made = make_large_recording(options, [&](std::span<const std::byte> bytes) {
    std::fwrite(bytes.data(), 1, bytes.size(), file);
  });
  const bool failed = std::ferror(file) != 0;
  if (std::fclose(file) != 0 || failed) {
    std::perror(argv[1]);
    return 1;
  }
  std::fprintf(stderr, "%s: %llu events, %u Deferreds, %llu bytes\n", argv[1],
               static_cast<unsigned long long>(made.events), made.deferreds,
               static_cast<unsigned long long>(made.size_bytes));
}
