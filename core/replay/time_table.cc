// SPDX-License-Identifier: MIT
#include "core/replay/time_table.h"

#include <algorithm>

namespace reactortrack::replay {

void TimeTable::begin_block(std::int64_t time_ns) {
  if (count_ == 0) last_ns_ = time_ns;
  if (static_cast<std::size_t>(end_ - next_) < kMaxBlockBytes) {
    chunks_.push_back(std::make_unique_for_overwrite<unsigned char[]>(kChunkBytes));
    next_ = chunks_.back().get();
    end_ = next_ + kChunkBytes;
  }
  blocks_.add() = {last_ns_, next_};
}

std::int64_t TimeTable::take_step(const unsigned char** at) {
  std::uint64_t coded = 0;
  unsigned shift = 0;
  for (; **at >= 0x80; shift += 7) coded |= std::uint64_t{*(*at)++ & 0x7Fu} << shift;
  coded |= std::uint64_t{*(*at)++} << shift;
  return static_cast<std::int64_t>(coded >> 1) * ((coded & 1) != 0 ? 1 : kUnitNs);
}

std::int64_t TimeTable::at(EventNumber event) const {
  const std::uint32_t wanted = std::min(number(event), count_);
  if (wanted == 0) return 0;
  const Block& block = blocks_[(wanted - 1) / kEvents];
  std::int64_t time_ns = block.begin_ns;
  const unsigned char* steps = block.steps;
  for (std::uint32_t i = 0; i <= (wanted - 1) % kEvents; ++i) time_ns += take_step(&steps);
  return time_ns;
}

EventNumber TimeTable::last_at_or_before(std::int64_t time_ns) const {
  // The last block that begins at or before that time holds the event, or ends right before it.
  std::size_t low = 0;
  for (std::size_t high = blocks_.size(); low < high;) {
    const std::size_t middle = low + (high - low) / 2;
    if (blocks_[middle].begin_ns <= time_ns)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return EventNumber::kNone;
  const Block& block = blocks_[low - 1];
  auto found = static_cast<std::uint32_t>((low - 1) * kEvents);
  const std::uint32_t end = std::min(found + kEvents, count_);
  std::int64_t each_ns = block.begin_ns;
  const unsigned char* steps = block.steps;
  while (found < end && (each_ns += take_step(&steps)) <= time_ns) ++found;
  return static_cast<EventNumber>(found);
}

}  // namespace reactortrack::replay
