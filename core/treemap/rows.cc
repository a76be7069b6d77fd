// SPDX-License-Identifier: MIT
#include "core/treemap/rows.h"

#include <limits>

namespace reactortrack::treemap {

Row row_from(const Children& children, std::uint32_t first, std::uint32_t end, double scale) {
  double weight = 0;
  double inverses = 0;
  double best = std::numeric_limits<double>::max();
  for (std::uint32_t i = first; i < end; ++i) {
    const double own = children.weight(i);
    if (!(own > 0)) continue;  // has no ratio
    const double next = weight + own;
    const double next_inverses = inverses + 1 / own;
    const double cost = (scale / next + next * next * next_inverses / scale) / (i - first + 1);
    if (weight > 0 && cost > best) return {i, best};
    best = cost;
    weight = next;
    inverses = next_inverses;
  }
  return {end, best};
}

void place_line(const Children& children, std::uint32_t first, std::uint32_t last, const Box& box,
                bool beside, const Grid& grid, std::span<Rect> rects) {
  const double base = children.below(first);
  const double weight = children.below(last) - base;
  const double step = weight > 0 ? (beside ? box.width() : box.height()) / weight : 0;
  Box tile = box;
  for (std::uint32_t i = first; i < last; ++i) {
    const double end = step * (children.below(i + 1) - base);
    if (beside) {
      tile.right = grid.round(i + 1 == last ? box.right : box.left + end);
    } else {
      tile.bottom = grid.round(i + 1 == last ? box.bottom : box.top + end);
    }
    rects[children.node(i)] = tile.rect();
    (beside ? tile.left : tile.top) = beside ? tile.right : tile.bottom;
  }
}

}  // namespace reactortrack::treemap
