// SPDX-License-Identifier: MIT
//
// SquarifiedLayout: the children of a container from the heaviest to the lightest, in rows along the
// shorter side of what is left of its inside; a row ends where one child more would make its worst
// ratio worse. M. Bruls, K. Huizing, J. van Wijk, "Squarified Treemaps", 2000. Cost: O(n), after
// sorting by radix.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/treemap/children.h"
#include "core/treemap/grid.h"

namespace reactortrack::treemap {

class SquarifiedLayout {
 public:
  SquarifiedLayout(const Grid& grid, std::span<Rect> rects) : grid_(grid), rects_(rects) {}
  void place(const Children& children, const Box& inside);

 private:
  struct Item {
    float weight;
    std::uint32_t at;  // in Children
  };
  void sort(const Children& children);
  std::size_t row_end(std::size_t first, double side, double scale) const;
  void place_row(const Children& children, std::size_t first, std::size_t last, const Box& row);

  const Grid grid_;
  const std::span<Rect> rects_;
  std::vector<Item> items_;
  std::vector<Item> sorting_;
};

}  // namespace reactortrack::treemap
