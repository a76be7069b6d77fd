// SPDX-License-Identifier: MIT
#include "core/treemap/squarified.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace reactortrack::treemap {
namespace {

constexpr std::size_t kMany = 512;

}  // namespace

void SquarifiedLayout::place(const Children& children, const Box& inside) {
  sort(children);
  Box left = inside;  // what is left
  double weight = children.total();
  for (std::size_t first = 0; first < items_.size();) {
    const bool upright = left.width() >= left.height();  // a row is a column at the left
    const double side = upright ? left.height() : left.width();
    const double area = left.width() * left.height();
    const std::size_t last = row_end(first, side, area / weight);
    double row_weight = 0;
    for (std::size_t i = first; i < last; ++i) row_weight += items_[i].weight;
    const double part = last == items_.size() ? 1 : std::min(1.0, row_weight / weight);
    Box row = left;
    if (upright) {
      row.right = part == 1 ? left.right : grid_.round(left.left + left.width() * part);
      left.left = row.right;
    } else {
      row.bottom = part == 1 ? left.bottom : grid_.round(left.top + left.height() * part);
      left.top = row.bottom;
    }
    place_row(children, first, last, row);
    weight -= row_weight;
    first = last;
  }
}

std::size_t SquarifiedLayout::row_end(std::size_t first, double side, double scale) const {
  if (!(side > 0) || !(scale > 0) || !(scale < std::numeric_limits<double>::max()))
    return items_.size();
  double weight = 0;
  double worst = std::numeric_limits<double>::max();
  const double k = side * side / scale;
  const double most = items_[first].weight;
  for (std::size_t last = first; last < items_.size(); ++last) {
    const double own = items_[last].weight;
    if (!(own > 0)) return items_.size();
    const double next = weight + own;
    const double square = next * next;
    const double next_worst = std::max(k * most / square, square / (k * own));
    if (next_worst > worst) return last;
    worst = next_worst;
    weight = next;
  }
  return items_.size();
}

void SquarifiedLayout::place_row(const Children& children, std::size_t first, std::size_t last,
                                 const Box& row) {
  double weight = 0;
  for (std::size_t i = first; i < last; ++i) weight += items_[i].weight;
  const bool upright = row.width() <= row.height();
  const double scale = weight > 0 ? (upright ? row.height() : row.width()) / weight : 0;
  double below = 0;
  Box tile = row;
  for (std::size_t i = first; i < last; ++i) {
    below += items_[i].weight;
    if (upright) {
      tile.bottom = i + 1 == last ? row.bottom : grid_.round(row.top + scale * below);
    } else {
      tile.right = i + 1 == last ? row.right : grid_.round(row.left + scale * below);
    }
    rects_[children.node(items_[i].at)] = tile.rect();
    tile.top = upright ? tile.bottom : tile.top;
    tile.left = upright ? tile.left : tile.right;
  }
}

// By weight, the heaviest first; equal ones in their order. Many are sorted by the bits of their
// weights, which as unsigned numbers are ordered as the weights are: 11 bits a pass.
void SquarifiedLayout::sort(const Children& children) {
  items_.clear();
  bool sorted = true;
  for (std::uint32_t i = 0; i < children.count(); ++i) {
    items_.push_back({static_cast<float>(children.weight(i)), i});
    sorted = sorted && (i == 0 || items_[i].weight <= items_[i - 1].weight);
  }
  if (sorted) return;
  if (items_.size() < kMany) {
    std::sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.at < b.at;
    });
    return;
  }
  constexpr std::uint32_t kBits = 11;
  constexpr std::uint32_t kDigits = 1 << kBits;
  sorting_.resize(items_.size());
  for (std::uint32_t shift = 0; shift < 32; shift += kBits) {
    const auto digit = [&](const Item& item) {
      return ~std::bit_cast<std::uint32_t>(item.weight) >> shift & (kDigits - 1);
    };
    std::array<std::uint32_t, kDigits + 1> place{};
    for (const Item& item : items_) ++place[digit(item) + 1];
    for (std::uint32_t i = 1; i < kDigits; ++i) place[i] += place[i - 1];
    for (const Item& item : items_) sorting_[place[digit(item)]++] = item;
    items_.swap(sorting_);
  }
}

}  // namespace reactortrack::treemap
