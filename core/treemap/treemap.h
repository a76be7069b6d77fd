// SPDX-License-Identifier: MIT
//
// Treemaps: weights to rectangles. A tree of weights becomes nested rectangles, the children of a
// container share its inside in proportion to their weights.
//
//   std::vector<std::uint32_t> end = {4, 2, 4, 4};  // root { leaf, container { leaf } }
//   std::vector<float> weight = {0, 3, 0, 1};
//   treemap::sum_weights(end, weight);
//   std::vector<treemap::Rect> rects(end.size());
//   treemap::layout({end, weight}, treemap::Layout::kOrder, {0, 0, 1600, 1000}, {}, rects);
//
// The result depends on the arguments alone, to the bit, on every machine. All edges lie on a grid of
// 2^-24 of the power of two above the map's largest coordinate (2^-13 pixels on a map of 1600 by
// 1000), so sums and differences of them are exact in float: the right edge x + width of a tile is
// the x of its neighbour, siblings never overlap and fill the inside without a gap. A tile that would
// be smaller than the grid has no width or no height.
#pragma once

#include <cstdint>
#include <span>

namespace reactortrack::treemap {

struct Rect {
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;

  friend bool operator==(const Rect&, const Rect&) = default;
};

// Nodes in preorder: node 0 is the root, which contains all others; the children of a node stand in
// order, each followed by its own descendants. The memory is the caller's.
struct Tree {
  std::span<const std::uint32_t> end;  // one past the node's last descendant; a leaf: its index + 1
  std::span<const float> weight;       // >= 0, finite; of an inner node: the sum of its children's
};

enum class Layout : std::uint8_t {
  // Children in their order: rows from top to bottom, from left to right within a row. Where a row
  // would be slivers it is split in two, again and again. In every case a later sibling lies right
  // of or below an earlier one: it begins where the earlier has ended, in x or in y.
  kOrder = 0,
  // The largest first, as near to squares as it gets (Bruls, Huizing, van Wijk). No order is kept.
  kSquarified = 1,
};

// What a container keeps free around its children, if both of its sides are at least `min_side`
// (else nothing): `header` at the top, `padding` at the other three sides, at the top too if that
// is more.
struct Margins {
  float header = 0;
  float padding = 0;
  float min_side = 0;
};

inline constexpr std::uint32_t kNoNode = 0xffffffff;

// Sets each inner node's weight to the sum of its children's.
void sum_weights(std::span<const std::uint32_t> end, std::span<float> weight);

// The rectangle of every node. Children whose weights are all 0 share their container equally; next
// to heavier ones a weight of 0 is a tile without area. Weights that are negative or no numbers
// count as 0. The root's rectangle is `bounds`, on the grid.
void layout(const Tree& tree, Layout kind, const Rect& bounds, const Margins& margins,
            std::span<Rect> rects);

// Where the children of a container are: `container` without its margins. `margins` should be
// multiples of the grid (whole pixels and usual fractions are).
Rect inside_of(const Rect& container, const Margins& margins);

// The innermost node at a point, or kNoNode outside of the root. A node's left and upper edges belong
// to it. Costs the number of children of each container on the way.
std::uint32_t hit(const Tree& tree, std::span<const Rect> rects, float x, float y);

}  // namespace reactortrack::treemap
