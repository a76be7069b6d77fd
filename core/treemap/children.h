// SPDX-License-Identifier: MIT
//
// Children: what the layouts see of one container, side by side in memory. One object serves all
// containers of a tree, so that nothing is allocated for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/treemap/treemap.h"

namespace reactortrack::treemap {

class Children {
 public:
  // Those of `container`. If all of their weights are 0, they count as 1 each.
  void gather(const Tree& tree, std::uint32_t container);

  std::size_t count() const { return node_.size(); }
  std::uint32_t node(std::size_t i) const { return node_[i]; }
  double weight(std::size_t i) const { return below_[i + 1] - below_[i]; }
  // The weights of the children before the i-th together; i may be count().
  double below(std::size_t i) const { return below_[i]; }
  double total() const { return below_.back(); }
  bool equal() const { return equal_; }  // they all weigh the same
  // How many nodes the i-th child is, with what it contains.
  std::uint32_t nodes(std::size_t i) const { return nodes_[i]; }

 private:
  std::vector<std::uint32_t> node_;
  std::vector<std::uint32_t> nodes_;
  std::vector<double> below_;
  bool equal_ = true;
};

}  // namespace reactortrack::treemap
