// SPDX-License-Identifier: MIT
//
// OrderLayout: the children of a container in their order.
//
// - All of one weight: rows of as many tiles as come nearest to squares (or columns, when that is
//   better by far).
// - Many: strips (B. Bederson, B. Shneiderman, M. Wattenberg, "Ordered and Quantum Treemaps", 2002),
//   a row ending where one tile more would make it worse. Their measure, the mean of the ratios,
//   costs a pass over the row for each tile; the mean of ratio + 1 / ratio, which is as large when
//   ratios are, needs two sums only.
// - Where strips would give slivers, because weights differ much: the children are split in two at
//   half of their weight, and each half is looked at anew.
// - Few: at the place and in the direction whose halves promise the best ratios.
//
// Cost: O(n) for the first two; O(n log n) at worst.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/treemap/children.h"
#include "core/treemap/grid.h"

namespace reactortrack::treemap {

class OrderLayout {
 public:
  OrderLayout(const Grid& grid, std::span<Rect> rects) : grid_(grid), rects_(rects) {}
  void place(const Children& children, const Box& inside);

 private:
  struct Range {
    std::uint32_t first;
    std::uint32_t last;
    Box box;
  };
  void place_range(const Children& children, const Range& range);
  void place_equal(const Children& children, const Box& inside);
  void place_rows(const Children& children, const Range& range);
  void split(const Children& children, const Range& range, std::uint32_t middle, bool beside);

  const Grid grid_;
  const std::span<Rect> rects_;
  std::vector<Range> open_;  // still to be placed
};

}  // namespace reactortrack::treemap
