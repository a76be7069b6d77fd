// SPDX-License-Identifier: MIT
#include "core/raster/pixel_edges.h"

#include <algorithm>
#include <cassert>

namespace reactortrack::raster {
namespace {

// Edges further away are moved here: no sum overflows, and floats still hold halves.
constexpr float kFarthest = 1 << 22;

Box far_box(const Edges& edges, const View& view) {
  constexpr Float4 kLeast{-kFarthest, -kFarthest, -kFarthest, -kFarthest};
  const Float4 at = clamped(pixels_of(edges, view), kLeast, -kLeast);
  const Int4 cut = __builtin_convertvector(at, Int4);
  // Cutting off the fraction has moved negative ones up. (True is -1 in a vector.)
  return box_from(cut + (__builtin_convertvector(cut, Float4) > at));
}

}  // namespace

Box box_of(const treemap::Rect& rect, const View& view) { return far_box(edges_of(rect), view); }

std::int32_t row_of(float y, const View& view) { return far_box({0, y, 0, y}, view).top; }

void bound_blocks(std::span<const treemap::Rect> rects, std::span<Edges> blocks) {
  assert(blocks.size() == block_count(rects.size()));
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    const auto nodes =
        rects.subspan(block * kBlock, std::min<std::size_t>(kBlock, rects.size() - block * kBlock));
    Edges bound = edges_of(nodes.front());
    for (const treemap::Rect& rect : nodes) {
      const Edges edges = edges_of(rect);
      bound.left = std::min(bound.left, edges.left);
      bound.top = std::min(bound.top, edges.top);
      bound.right = std::max(bound.right, edges.right);
      bound.bottom = std::max(bound.bottom, edges.bottom);
    }
    blocks[block] = bound;
  }
}

}  // namespace reactortrack::raster
