// SPDX-License-Identifier: MIT
//
// Table: rows of which equal ones are one, numbered from 0, which is the empty row.
//
// Cost: nearly every row that was met before is found in a hash table, at one of four places; any other
// in time logarithmic in their number, whatever a file may hold. About 80 bytes a row.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
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
    const std::size_t place = hash(row);
    for (std::size_t i = 0; i < kPlaces; ++i)
      if (const std::uint32_t met = met_[(place + i) & (met_.size() - 1)]; rows_[met] == row)
        return met;
    const auto [at, is_new] = numbers_.try_emplace(row, static_cast<std::uint32_t>(rows_.size()));
    if (is_new) rows_.add() = row;
    if (2 * rows_.size() > met_.size())
      widen();
    else
      remember(place, at->second);
    return at->second;
  }
  const Row& operator[](std::uint32_t number) const { return rows_[number]; }
  std::size_t size() const { return rows_.size(); }

 private:
  static_assert(std::has_unique_object_representations_v<Row>);
  static constexpr std::size_t kPlaces = 4;

  static std::size_t hash(const Row& row) {
    std::uint64_t hash = 0;
    for (const std::uint32_t word :
         std::bit_cast<std::array<std::uint32_t, sizeof(Row) / sizeof(std::uint32_t)>>(row))
      hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return static_cast<std::size_t>(hash >> 32);
  }

  // At the first of its places that is free; else in the place of another, which is still found.
  void remember(std::size_t place, std::uint32_t number) {
    for (std::size_t i = 0; i < kPlaces; ++i) {
      std::uint32_t& met = met_[(place + i) & (met_.size() - 1)];
      if (met == 0) return void(met = number);
    }
    met_[(place + number % kPlaces) & (met_.size() - 1)] = number;
  }

  void widen() {
    met_.assign(2 * met_.size(), 0);
    for (std::uint32_t number = 1; number < rows_.size(); ++number)
      remember(hash(rows_[number]), number);
  }

  Pool<Row> rows_;
  std::map<Row, std::uint32_t> numbers_;
  std::vector<std::uint32_t> met_ = std::vector<std::uint32_t>(64);  // a power of two
};

}  // namespace reactortrack::replay
