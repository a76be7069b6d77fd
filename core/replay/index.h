// SPDX-License-Identifier: MIT
//
// SerialIndex: from a serial number to the place of its record. Serials count up from 1, and records
// are nearly always met in that order: while the place of each is its own number, that number is all
// there is to know. From the first one on that came out of turn an array holds them; a serial far
// beyond what the recording can have counted to (a damaged or hostile file, or one that starts in
// the middle) goes to a hash table, so that memory stays a small multiple of the input whatever the
// numbers are. 0, which no recorder gives, may stand in a damaged file and has a place like others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace reactortrack::replay {

class SerialIndex {
 public:
  // The place of `serial`, from 1; 0 when it has none.
  std::uint32_t find(std::uint32_t serial) const {
    if (serial != 0 && serial <= in_order_) return serial;
    const std::size_t chunk = serial / kChunk;
    if (chunk < near_.size() && near_[chunk][serial % kChunk] != 0)
      return near_[chunk][serial % kChunk];
    if (far_.empty()) return 0;
    const auto found = far_.find(serial);
    return found == far_.end() ? 0 : found->second;
  }

  void add(std::uint32_t serial, std::uint32_t place) {
    ++count_;
    if (serial == in_order_ + 1 && place == serial) {
      in_order_ = serial;
      return;
    }
    if (serial >= kFreeNumbers + 4 * count_) {
      far_.emplace(serial, place);
      return;
    }
    const std::size_t chunk = serial / kChunk;
    while (chunk >= near_.size()) near_.push_back(std::make_unique<std::uint32_t[]>(kChunk));
    near_[chunk][serial % kChunk] = place;
  }

 private:
  static constexpr std::uint64_t kFreeNumbers = 1 << 16;
  static constexpr std::size_t kChunk = 1024;
  std::uint64_t count_ = 0;
  std::uint32_t in_order_ = 0;  // each up to this one stands at its own number
  std::vector<std::unique_ptr<std::uint32_t[]>> near_;  // as in a Pool: nothing is ever moved
  std::unordered_map<std::uint32_t, std::uint32_t> far_;
};

}  // namespace reactortrack::replay
