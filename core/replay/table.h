// SPDX-License-Identifier: MIT
//
// Table: rows of which equal ones are one, numbered from 0, which is the empty row.
//
// Cost: a row that was met lately is found at once, by a small direct-mapped cache; any other in time
// logarithmic in their number, whatever a file may hold. About 64 bytes a row.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <type_traits>

#include "core/replay/pool.h"

namespace reactortrack::replay {

// `Row` has members of 4 bytes and an order.
template <class Row>
class Table {
 public:
  Table() { rows_.add(); }

  std::uint32_t add(const Row& row) {
    if (row == Row{}) return 0;
    std::uint32_t& kept = cache_[slot(row)];
    if (rows_[kept] == row) return kept;
    const auto [at, is_new] = numbers_.try_emplace(row, static_cast<std::uint32_t>(rows_.size()));
    if (is_new) rows_.add() = row;
    return kept = at->second;
  }
  const Row& operator[](std::uint32_t number) const { return rows_[number]; }
  std::size_t size() const { return rows_.size(); }

 private:
  static_assert(std::has_unique_object_representations_v<Row>);
  static constexpr std::size_t kCached = 1024;

  static std::size_t slot(const Row& row) {
    std::uint64_t hash = 0;
    for (const std::uint32_t word :
         std::bit_cast<std::array<std::uint32_t, sizeof(Row) / sizeof(std::uint32_t)>>(row))
      hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash >> 54;
  }

  Pool<Row> rows_;
  std::map<Row, std::uint32_t> numbers_;
  std::array<std::uint32_t, kCached> cache_{};
};

}  // namespace reactortrack::replay
