// SPDX-License-Identifier: MIT
//
// GrowingLayout: the map of a stream whose end is not known yet. Tiles keep their rows while the tree
// grows, and room is kept for what is to come:
//
// - The root's children stand in rows like words on a page, with the lower part of the map still
//   empty. A weight has the same area on all of the map until the map is full. A new child stands at
//   the end of the last row and moves nothing. When the map is full, about when the leaf count passes
//   a power of two, the root's rows are laid out anew with half of the map empty again.
// - Every other container fills its box with the rows it had; a new child joins the row of the one
//   before it or, at the end, begins a row. They are laid out anew when their node count passes a
//   power of two.
//
// So a tile moves when its own container grows, or a row above its own does, by as much as that.
// When the stream has ended, `layout` shows the whole; then nothing moves at all.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/treemap/children.h"
#include "core/treemap/grid.h"

namespace reactortrack::treemap {

class GrowingLayout {
 public:
  GrowingLayout(const Rect& bounds, const Margins& margins);

  // Lays out the tree as it is now. `keys[node]` is a number that stays with the node for good and is
  // no other node's; memory is 12 bytes times the largest. Nodes may have been added, moved and
  // removed anywhere. The root's rectangle is the bounds.
  void update(const Tree& tree, std::span<const std::uint32_t> keys, std::span<Rect> rects);

  // How often the root has been laid out anew.
  std::uint32_t renewals() const { return renewals_; }

 private:
  struct Kept {
    std::uint32_t parent = kNoNode;  // its key
    std::uint32_t row = 0;
    std::uint32_t size = 0;  // of a container: the power of two of its nodes when it was laid out
  };
  void fill(const Tree& tree, std::uint32_t container, const Box& inside);
  void flow(const Tree& tree, const Box& inside);
  void renew(const Tree& tree, const Box& inside);
  std::uint32_t keep_rows(std::uint32_t key);
  void break_rows(std::uint32_t first, double scale);
  void flow_rows(std::uint32_t first, double width);
  bool place_flow(const Box& inside);
  std::uint32_t row_end(std::uint32_t first) const;

  const Grid grid_;
  const Box bounds_;
  const Margins margins_;
  Children children_;
  std::span<const std::uint32_t> keys_;
  std::span<Rect> rects_;
  std::vector<Kept> kept_;           // by key
  std::vector<std::uint32_t> rows_;  // of children_
  double area_of_weight_ = 0;        // of the root's children
  double row_height_ = 0;            // of the root's rows, about
  std::uint32_t renewals_ = 0;
};

}  // namespace reactortrack::treemap
