// SPDX-License-Identifier: MIT
//
// Walks the containers from the outside to the inside. Preorder has each container before what it
// contains, so one pass over the nodes does it, however deep they are.
#include <algorithm>
#include <cassert>
#include <limits>

#include "core/treemap/children.h"
#include "core/treemap/grid.h"
#include "core/treemap/order.h"
#include "core/treemap/squarified.h"

namespace reactortrack::treemap {

Rect inside_of(const Rect& container, const Margins& margins) {
  const float top = std::max(margins.header, margins.padding);
  const float width = container.width - 2 * margins.padding;
  const float height = container.height - top - margins.padding;
  const bool large = container.width >= margins.min_side && container.height >= margins.min_side;
  if (!large || !(width > 0) || !(height > 0)) return container;
  return {container.x + margins.padding, container.y + top, width, height};
}

void layout(const Tree& tree, Layout kind, const Rect& bounds, const Margins& margins,
            std::span<Rect> rects) {
  assert(tree.end.size() == tree.weight.size() && tree.end.size() == rects.size());
  if (rects.empty()) return;
  const Grid grid(bounds);
  rects[0] = grid.round(box_of(bounds)).rect();
  Children children;
  OrderLayout order(grid, rects);
  SquarifiedLayout squarified(grid, rects);
  for (std::uint32_t node = 0; node < tree.end.size(); ++node) {
    if (tree.end[node] == node + 1) continue;
    children.gather(tree, node);
    const Box inside = grid.round(box_of(inside_of(rects[node], margins)));
    if (kind == Layout::kOrder) {
      order.place(children, inside);
    } else {
      squarified.place(children, inside);
    }
  }
}

}  // namespace reactortrack::treemap
