// SPDX-License-Identifier: MIT
//
// A recording as a busy server leaves it, of any size: for benchmarks and for tests of large files.
//
// Coroutines answer requests, many at a time. Each awaits one Deferred after another; each of those
// has two callback pairs, some return a further Deferred, some fail, and some are members of a list.
// About ten events and two pairs a Deferred. The same options give the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace reactortrack::benchmarks {

struct LargeRecording {
  std::uint64_t events = 10'000'000;  // at least so many; it ends where the last request does
  std::uint32_t deferreds = 0;        // or until so many were created; 0: any number
  std::uint32_t live_requests = 500;  // answered at one time: how far apart the events of one are
  std::uint32_t seed = 1;
  bool with_end = true;  // else it looks like that of a killed program
};

struct Made {
  std::uint64_t events = 0;
  std::uint32_t deferreds = 0;
  std::uint64_t size_bytes = 0;
};

// Hands the bytes to `write`, piece by piece.
Made make_large_recording(const LargeRecording& options,
                          const std::function<void(std::span<const std::byte>)>& write);

std::vector<std::byte> make_large_recording(const LargeRecording& options);

}  // namespace reactortrack::benchmarks
