// SPDX-License-Identifier: MIT
//
// Walks the containers from the outside to the inside. Preorder has each container before what it
// contains, so one pass over the nodes does it, however deep they are.
#include <algorithm>
#include <cassert>
#include <limits>

#include "core/treemap/children.h"
#include "core/treemap/grid.h"

namespace reactortrack::treemap {
namespace {

void place_row(const Children& children, std::size_t first, std::size_t last, const Box& row,
               const Grid& grid, std::span<Rect> rects) {
  const double base = children.below(first);
  const double weight = children.below(last) - base;
  double left = row.left;
  for (std::size_t i = first; i < last; ++i) {
    const double part = (children.below(i + 1) - base) / weight;
    const double right = i + 1 == last ? row.right : grid.round(row.left + row.width() * part);
    rects[children.node(i)] = Box{left, row.top, right, row.bottom}.rect();
    left = right;
  }
}

// Strips, each ended when one child more would make its mean of ratio + 1 / ratio larger.
void place_rows(const Children& children, const Box& inside, const Grid& grid,
                std::span<Rect> rects) {
  const double total = children.total();
  const double scale = inside.height() > 0 ? inside.width() * total / inside.height() : 0;
  std::size_t first = 0;
  double top = inside.top;
  while (first < children.count()) {
    std::size_t last = first;
    double weight = 0;
    double inverse = 0;
    double best = std::numeric_limits<double>::max();
    while (last < children.count()) {
      const double own = children.weight(last);
      const double next_inverse = own > 0 ? inverse + 1 / own : inverse;
      const double next = weight + own;
      if (own > 0 && scale > 0) {
        const double cost = (scale / next + next * next * next_inverse / scale) /
                            static_cast<double>(last - first + 1);
        if (weight > 0 && cost > best) break;
        best = cost;
      }
      weight = next;
      inverse = next_inverse;
      ++last;
    }
    const double bottom =
        last == children.count()
            ? inside.bottom
            : grid.round(inside.top + inside.height() * (children.below(last) / total));
    place_row(children, first, last, {inside.left, top, inside.right, bottom}, grid, rects);
    top = bottom;
    first = last;
  }
}

}  // namespace

Rect inside_of(const Rect& container, const Margins& margins) {
  const float top = std::max(margins.header, margins.padding);
  const float width = container.width - 2 * margins.padding;
  const float height = container.height - top - margins.padding;
  const bool large = container.width >= margins.min_side && container.height >= margins.min_side;
  if (!large || !(width > 0) || !(height > 0)) return container;
  return {container.x + margins.padding, container.y + top, width, height};
}

void layout(const Tree& tree, Layout /*kind*/, const Rect& bounds, const Margins& margins,
            std::span<Rect> rects) {
  assert(tree.end.size() == tree.weight.size() && tree.end.size() == rects.size());
  if (rects.empty()) return;
  const Grid grid(bounds);
  rects[0] = grid.round(box_of(bounds)).rect();
  Children children;
  for (std::uint32_t node = 0; node < tree.end.size(); ++node) {
    if (tree.end[node] == node + 1) continue;
    children.gather(tree, node);
    place_rows(children, grid.round(box_of(inside_of(rects[node], margins))), grid, rects);
  }
}

}  // namespace reactortrack::treemap
