// SPDX-License-Identifier: MIT
//
// Grid: the multiples of a power of two on which all edges of a map lie, so that their sums and
// differences are exact in float.
#pragma once

#include <algorithm>
#include <cmath>

#include "core/treemap/treemap.h"

namespace reactortrack::treemap {

// A rectangle by its edges, in double, on the grid.
struct Box {
  double left;
  double top;
  double right;
  double bottom;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
  Rect rect() const {
    return {static_cast<float>(left), static_cast<float>(top), static_cast<float>(width()),
            static_cast<float>(height())};
  }
};

inline Box box_of(const Rect& rect) {
  const double left = rect.x;
  const double top = rect.y;
  return {left, top, left + rect.width, top + rect.height};
}

class Grid {
 public:
  explicit Grid(const Rect& bounds) {
    const Box box = box_of(bounds);
    const double largest = std::max(
        {std::abs(box.left), std::abs(box.top), std::abs(box.right), std::abs(box.bottom)});
    int exponent = 0;
    if (largest > 0) std::frexp(largest, &exponent);
    // A double of this size has its last bit at one grid step: to add it rounds to the grid.
    rounder_ = std::ldexp(1.5, exponent - kFloatBits + kDoubleBits - 1);
  }

  double round(double value) const { return (value + rounder_) - rounder_; }
  Box round(const Box& box) const {
    return {round(box.left), round(box.top), round(box.right), round(box.bottom)};
  }

 private:
  static constexpr int kFloatBits = 24;
  static constexpr int kDoubleBits = 53;
  double rounder_;
};

}  // namespace reactortrack::treemap
