// SPDX-License-Identifier: MIT
//
// Table: rows of which equal ones are one, numbered from 0, which is the empty row.
//
// Cost: two looks into memory for nearly every row that was met before: at its bucket, one line of a
// cache that holds a part of each row's hash, and at the row. Rows whose bucket is full lie in a tree,
// so no file can make it slow. 16 to 32 bytes a row beside the row.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <type_traits>
#include <vector>

#include "core/replay/pool.h"

namespace reactortrack::replay {

// `Row` has members of 4 bytes and an order.
template <class Row>
class Table {
 public:
  Table() { rows_.add(); }

  std::uint32_t add(const Row& row) {
    if (row == Row{}) return 0;
    const std::uint64_t hash = hash_of(row);
    for (const Place& place : bucket(hash)) {
      if (place.number == 0) return add_new(row);
      if (place.tag == tag_of(hash) && rows_[place.number] == row) return place.number;
    }
    const auto met = crowded_out_.find(row);
    return met == crowded_out_.end() ? add_new(row) : met->second;
  }
  const Row& operator[](std::uint32_t number) const { return rows_[number]; }
  std::size_t size() const { return rows_.size(); }

 private:
  static_assert(std::has_unique_object_representations_v<Row>);
  struct Place {
    std::uint32_t number = 0;  // 0: free
    std::uint32_t tag = 0;
  };
  static constexpr std::size_t kPlaces = 8;
  struct alignas(64) Bucket : std::array<Place, kPlaces> {};

  // Sums of products, which don't wait for one another. Word by word: rows come here right after their
  // members were set, and a load that is wider than the stores before it waits until they are done.
  static std::uint64_t hash_of(const Row& row) {
    std::uint64_t sum = 0;
    std::uint64_t factor = 0x9E3779B97F4A7C15u;
    for (std::size_t at = 0; at < sizeof(Row); at += sizeof(std::uint32_t)) {
      std::uint32_t word = 0;
      std::memcpy(&word, reinterpret_cast<const char*>(&row) + at, sizeof(word));
      sum += word * factor;
      factor = factor * 0xD1342543DE82EF95u + 2;
    }
    return sum ^ sum >> 29;
  }
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  // By other bits than the tag, and not by the lowest, which few bits of the row have a part in.
  Bucket& bucket(std::uint64_t hash) { return buckets_[(hash >> 7) & (buckets_.size() - 1)]; }

  std::uint32_t add_new(const Row& row) {
    const auto number = static_cast<std::uint32_t>(rows_.size());
    rows_.add() = row;
    if (number > buckets_.size() * kPlaces / 2)
      widen();
    else
      place(number);
    return number;
  }
  void place(std::uint32_t number) {
    const std::uint64_t hash = hash_of(rows_[number]);
    Bucket& bucket = this->bucket(hash);
    const auto free = std::find_if(bucket.begin(), bucket.end(),
                                   [](const Place& each) { return each.number == 0; });
    if (free == bucket.end())
      crowded_out_.emplace(rows_[number], number);
    else
      *free = {number, tag_of(hash)};
  }
  void widen() {
    const std::size_t size = 2 * buckets_.size();
    buckets_ = {};  // before the new ones are made
    buckets_.resize(size);
    crowded_out_.clear();
    for (std::uint32_t number = 1; number < rows_.size(); ++number) place(number);
  }

  Pool<Row> rows_;
  std::vector<Bucket> buckets_ = std::vector<Bucket>(8);  // a power of two
  std::map<Row, std::uint32_t> crowded_out_;
};

}  // namespace reactortrack::replay
