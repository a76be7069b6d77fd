// SPDX-License-Identifier: MIT
//
// From edges on the map to edges between pixels. Pixel n is covered when its centre, n + 1/2, lies
// within left < centre <= right: both edges are floor(at + 1/2). All steps are monotonous, so equal
// edges stay equal and what lies inside stays inside. Four edges go through at once, in a vector of
// g++ and clang++, which become SSE2, NEON or wasm's simd128 where there is one.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/raster/raster.h"

namespace reactortrack::raster {

using Float4 = float __attribute__((vector_size(16)));
using Int4 = std::int32_t __attribute__((vector_size(16)));

inline Edges edges_of(const treemap::Rect& rect) {
  return {rect.x, rect.y, rect.x + rect.width, rect.y + rect.height};
}

inline Float4 pixels_of(const Edges& edges, const View& view) {
  const Float4 map{edges.left, edges.top, edges.right, edges.bottom};
  const Float4 origin{view.x, view.y, view.x, view.y};
  return (map - origin) * view.scale + 0.5F;
}

// NaN becomes `least`.
inline Float4 clamped(Float4 at, Float4 least, Float4 most) {
  at = at > least ? at : least;
  return at < most ? at : most;
}

inline Box box_from(Int4 edges) { return {edges[0], edges[1], edges[2], edges[3]}; }

// The part of tiles that lies in a clip: the same as intersection(box_of(...), clip), but for empty
// ones, which may be empty elsewhere.
class Clipped {
 public:
  // `clip` has no negative edges.
  Clipped(const View& view, const Box& clip) : view_(view) {
    const auto left = static_cast<float>(clip.left), top = static_cast<float>(clip.top);
    const auto right = static_cast<float>(clip.right), bottom = static_cast<float>(clip.bottom);
    least_ = Float4{left, top, left, top};
    most_ = Float4{right, bottom, right, bottom};
  }
  // Clamped first, to what is not negative, so cutting off the fraction is rounding down.
  Box box(const Edges& edges) const {
    return box_from(__builtin_convertvector(clamped(pixels_of(edges, view_), least_, most_), Int4));
  }

 private:
  View view_;
  Float4 least_;
  Float4 most_;
};

// The pixel edge of a y on the map.
std::int32_t row_of(float y, const View& view);

}  // namespace reactortrack::raster
