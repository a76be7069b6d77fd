// SPDX-License-Identifier: MIT
//
// What counts as long, many and deep. The values are chosen so that a healthy program on a busy
// machine stays below them; docs/findings.md says what each is for.
#pragma once

#include <cstdint>

namespace reactortrack::analysis {

inline constexpr std::int64_t kMillisecond = 1'000'000;  // in ns

struct Options {
  std::int64_t pending_ns = 250 * kMillisecond;   // waiting longer may be for ever
  std::int64_t blocked_ns = 200 * kMillisecond;   // the reactor between two polls
  std::int64_t late_ns = 100 * kMillisecond;      // a delayed call after it was due
  std::int64_t slow_ns = 500 * kMillisecond;      // a Deferred or coroutine
  std::int64_t queued_ns = 100 * kMillisecond;    // work before a thread takes it
  std::uint32_t slow_factor = 5;                  // times as long as most of its kind
  std::uint32_t depth = 100;                      // callbacks that run inside one another
  std::int64_t outlier_ns = 1000 * kMillisecond;  // waiting when others of its place are done
  std::uint32_t outlier_factor = 20;              // times as long as the longest of them
  std::uint32_t outlier_kin = 8;                  // of them, made later than it
  std::uint32_t pile = 20;                        // pending at once, from one place
};

}  // namespace reactortrack::analysis
