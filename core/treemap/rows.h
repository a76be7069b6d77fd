// SPDX-License-Identifier: MIT
//
// Rows: where a row of a strip treemap ends, and its tiles.
#pragma once

#include <cstdint>
#include <span>

#include "core/treemap/children.h"
#include "core/treemap/grid.h"

namespace reactortrack::treemap {

struct Row {
  std::uint32_t last;  // one past it
  double cost;         // mean of ratio + 1 / ratio, of the tiles that have an area
};

// The row that begins at `first`: it ends where one child more would make its cost larger. `scale`
// is width * weight / height of the box that all rows share.
Row row_from(const Children& children, std::uint32_t first, std::uint32_t end, double scale);

// Children side by side in the box, or one below the other.
void place_line(const Children& children, std::uint32_t first, std::uint32_t last, const Box& box,
                bool beside, const Grid& grid, std::span<Rect> rects);

}  // namespace reactortrack::treemap
