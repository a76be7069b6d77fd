// SPDX-License-Identifier: MIT
//
// TimeTable: when each event happened. A recording's times are steps of a fixed unit from one event
// to the next, so a table of the steps takes 1 to 2 bytes an event where times would take 8.
//
// Cost: at() adds up at most 64 steps, 0.4 us at random places; last_at_or_before() adds a binary search.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/replay/event_number.h"
#include "core/replay/pool.h"

namespace reactortrack::replay {

class TimeTable {
 public:
  // The time of the next event. Time does not go back: an earlier one counts as the last one's.
  void add(std::int64_t time_ns) {
    if (count_ % kEvents == 0) begin_block(time_ns);
    const std::int64_t step = time_ns > last_ns_ ? time_ns - last_ns_ : 0;
    last_ns_ += step;
    ++count_;
    std::uint64_t coded = static_cast<std::uint64_t>(step) << 1 | 1;
    if (step % kUnitNs == 0) coded = static_cast<std::uint64_t>(step / kUnitNs) << 1;
    for (; coded >= 0x80; coded >>= 7) *next_++ = static_cast<unsigned char>(coded | 0x80);
    *next_++ = static_cast<unsigned char>(coded);
  }

  // 0 for none; the newest one's for events that have not been added.
  std::int64_t at(EventNumber event) const;
  // None when all are later.
  EventNumber last_at_or_before(std::int64_t time_ns) const;

 private:
  struct Block {
    std::int64_t begin_ns = 0;  // the time before its first step
    const unsigned char* steps = nullptr;
  };
  static constexpr std::uint32_t kEvents = 64;  // of a block
  static constexpr std::int64_t kUnitNs = 100;  // that of recordings; other steps take more bytes
  static constexpr std::size_t kChunkBytes = 1 << 16;
  static constexpr std::size_t kMaxBlockBytes = kEvents * 10;

  void begin_block(std::int64_t time_ns);
  static std::int64_t take_step(const unsigned char** at);

  Pool<Block> blocks_;
  std::vector<std::unique_ptr<unsigned char[]>> chunks_;
  unsigned char* next_ = nullptr;
  unsigned char* end_ = nullptr;
  std::uint32_t count_ = 0;
  std::int64_t last_ns_ = 0;
};

}  // namespace reactortrack::replay
