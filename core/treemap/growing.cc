// SPDX-License-Identifier: MIT
#include "core/treemap/growing.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "core/treemap/rows.h"

namespace reactortrack::treemap {
namespace {

// A map that was laid out anew is full when it weighs this many times as much: about when its leaves
// pass the next power of two, but not so soon that it would have to be done again at once.
double room_for(std::uint32_t leaves) {
  return static_cast<double>(std::bit_ceil(leaves + leaves / 4 + 1)) / leaves;
}

std::uint32_t leaves_of(const Tree& tree) {
  std::uint32_t leaves = 0;
  for (std::uint32_t node = 0; node < tree.end.size(); ++node) leaves += tree.end[node] == node + 1;
  return leaves;
}

}  // namespace

GrowingLayout::GrowingLayout(const Rect& bounds, const Margins& margins)
    : grid_(bounds), bounds_(grid_.round(box_of(bounds))), margins_(margins) {}

void GrowingLayout::update(const Tree& tree, std::span<const std::uint32_t> keys,
                           std::span<Rect> rects) {
  assert(tree.end.size() == keys.size() && keys.size() == rects.size());
  if (rects.empty()) return;
  keys_ = keys;
  rects_ = rects;
  const std::uint32_t largest = *std::max_element(keys.begin(), keys.end());
  if (largest >= kept_.size()) kept_.resize(largest + 1 + largest / 4);
  rects[0] = bounds_.rect();
  for (std::uint32_t node = 0; node < tree.end.size(); ++node) {
    if (tree.end[node] == node + 1) continue;
    children_.gather(tree, node);
    const Box inside = grid_.round(box_of(inside_of(rects[node], margins_)));
    if (node == 0) {
      flow(tree, inside);
    } else {
      fill(tree, node, inside);
    }
    for (std::uint32_t i = 0; i < children_.count(); ++i) {
      Kept& child = kept_[keys[children_.node(i)]];
      child.parent = keys[node];
      child.row = rows_[i];
    }
  }
}

// Rows that fill the inside.
void GrowingLayout::fill(const Tree& tree, std::uint32_t container, const Box& inside) {
  Kept& kept = kept_[keys_[container]];
  const auto size = static_cast<std::uint32_t>(std::bit_width(tree.end[container] - container));
  const bool flat = !(inside.width() > 0) || !(inside.height() > 0);
  const double scale = flat ? 1 : inside.width() * children_.total() / inside.height();
  const auto count = static_cast<std::uint32_t>(children_.count());
  std::uint32_t known_end = size == kept.size ? keep_rows(keys_[container]) : 0;
  kept.size = size;
  if (known_end > 0 && known_end < count) {  // new ones join the last row while it gets better
    std::uint32_t last_row = known_end - 1;
    while (last_row > 0 && rows_[last_row - 1] == rows_[known_end - 1]) --last_row;
    known_end = std::max(known_end, row_from(children_, last_row, count, scale).last);
  }
  break_rows(known_end, scale);
  const double step = inside.height() / children_.total();
  Box row = inside;
  for (std::uint32_t first = 0; first < count;) {
    const std::uint32_t last = row_end(first);
    row.bottom =
        last == count ? inside.bottom : grid_.round(inside.top + step * children_.below(last));
    place_line(children_, first, last, row, true, grid_, rects_);
    row.top = row.bottom;
    first = last;
  }
}

// Children that were here have their rows, and new ones that of the one before. Returns where only
// new ones follow; these are in the last row so far.
std::uint32_t GrowingLayout::keep_rows(std::uint32_t key) {
  rows_.resize(children_.count());
  std::uint32_t row = 0;
  std::uint32_t known_end = 0;
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    const Kept& child = kept_[keys_[children_.node(i)]];
    if (child.parent == key) {
      row = std::max(row, child.row);
      known_end = i + 1;
    }
    rows_[i] = row;
  }
  return known_end;
}

// New rows from `first` on.
void GrowingLayout::break_rows(std::uint32_t first, double scale) {
  const auto count = static_cast<std::uint32_t>(children_.count());
  rows_.resize(count);
  std::uint32_t row = first > 0 ? rows_[first - 1] + 1 : 0;
  for (std::uint32_t i = first; i < count; ++row) {
    const std::uint32_t last = row_from(children_, i, count, scale).last;
    for (; i < last; ++i) rows_[i] = row;
  }
}

std::uint32_t GrowingLayout::row_end(std::uint32_t first) const {
  std::uint32_t last = first + 1;
  while (last < rows_.size() && rows_[last] == rows_[first]) ++last;
  return last;
}

// The root: rows that leave the rest of the map empty.
void GrowingLayout::flow(const Tree& tree, const Box& inside) {
  const double area = inside.width() * inside.height();
  const double used = children_.total() * area_of_weight_;
  if (used > area / 8 && used <= area) {
    flow_rows(keep_rows(keys_[0]), inside.width());
    if (place_flow(inside)) return;
  }
  renew(tree, inside);
}

void GrowingLayout::renew(const Tree& tree, const Box& inside) {
  ++renewals_;
  const double room = room_for(leaves_of(tree));
  const double count = static_cast<double>(children_.count());
  area_of_weight_ = inside.width() * inside.height() / (children_.total() * room);
  // As high as the mean child is when it is a square; below the full rows there is room for one.
  row_height_ = std::min(std::sqrt(area_of_weight_ * children_.total() / count),
                         inside.height() * (1 - 1 / room));
  rows_.resize(children_.count());
  flow_rows(0, inside.width());
  place_flow(inside);
}

// Children from `first` on stand in the last row while there is room, then in new ones.
void GrowingLayout::flow_rows(std::uint32_t first, double width) {
  std::uint32_t row = first > 0 ? rows_[first - 1] : 0;
  std::uint32_t row_first = first;
  while (row_first > 0 && rows_[row_first - 1] == row) --row_first;
  const double room = width * row_height_;
  for (std::uint32_t i = first; i < rows_.size(); ++i) {
    const double used = children_.below(i) - children_.below(row_first);
    if (used > 0 && (used + children_.weight(i)) * area_of_weight_ > room) {
      ++row;
      row_first = i;
    }
    rows_[i] = row;
  }
}

// False when they need more than the inside. The last row is as high as if it were full.
bool GrowingLayout::place_flow(const Box& inside) {
  const double step = inside.width() > 0 ? area_of_weight_ / inside.width() : 0;
  Box row = inside;
  for (std::uint32_t first = 0; first < rows_.size();) {
    const std::uint32_t last = row_end(first);
    row.bottom = grid_.round(inside.top + step * children_.below(last));
    if (last == rows_.size()) {
      const double weight = children_.below(last) - children_.below(first);
      const double height = std::max(step * weight, row_height_);
      row.bottom = grid_.round(inside.top + step * children_.below(first) + height);
      if (height > 0) row.right = std::min(row.left + area_of_weight_ * weight / height, row.right);
    }
    if (row.bottom > inside.bottom) return false;
    place_line(children_, first, last, row, true, grid_, rects_);
    row.top = row.bottom;
    first = last;
  }
  return true;
}

}  // namespace reactortrack::treemap
