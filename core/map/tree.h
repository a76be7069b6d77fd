// SPDX-License-Identifier: MIT
//
// Tree: the tiles of a recording, as a tree in preorder. The root contains all; in it Deferreds, in
// them their callback pairs in order, and between the pairs the Deferreds that live there and doors
// ("portals") to those that live elsewhere.
//
//   root
//     #1               a Deferred
//       pair 0         fetch
//       #2             which fetch returned
//         pair 0
//       pair 1
//       portal to #3   awaited here as well, but at home elsewhere
//
// The whole recording is in the tree; `exists_from` says what is there at an event. Cost: linear; 20
// bytes a node, 4 more a Deferred and a pair to find its node.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/replay/event_number.h"
#include "core/replay/homes.h"
#include "core/replay/model.h"

namespace reactortrack::map {

using replay::DeferredIndex;
using replay::EventNumber;
using replay::PairIndex;

enum class NodeKind : std::uint8_t { kRoot = 0, kDeferred = 1, kPair = 2, kPortal = 3 };
std::string_view word(NodeKind kind);

class Tree {
 public:
  Tree();  // the root alone
  void build(const replay::Model& model, const replay::Homes& homes);

  std::uint32_t size() const { return static_cast<std::uint32_t>(end_.size()); }
  // One past the last node inside of each.
  std::span<const std::uint32_t> end() const { return end_; }
  bool is_leaf(std::uint32_t node) const { return end_[node] == node + 1; }

  NodeKind kind(std::uint32_t node) const { return static_cast<NodeKind>(things_[node] >> 30); }
  // Of a Deferred or portal: the one it stands for; kNone for others.
  DeferredIndex deferred(std::uint32_t node) const {
    const NodeKind it = kind(node);
    return static_cast<DeferredIndex>(
        it == NodeKind::kDeferred || it == NodeKind::kPortal ? thing(node) : 0u);
  }
  // Of a pair; kNone for others.
  PairIndex pair(std::uint32_t node) const {
    return static_cast<PairIndex>(kind(node) == NodeKind::kPair ? thing(node) : 0u);
  }
  // The root's is the root.
  std::uint32_t parent(std::uint32_t node) const { return parents_[node]; }

  // 0, the root, for what the tree does not hold.
  std::uint32_t node_of(DeferredIndex deferred) const {
    return at(deferred_nodes_, static_cast<std::uint32_t>(deferred));
  }
  std::uint32_t node_of(PairIndex pair) const {
    return at(pair_nodes_, static_cast<std::uint32_t>(pair));
  }
  // The portals to a Deferred, in preorder.
  std::span<const std::uint32_t> portals_to(DeferredIndex deferred) const;

  // The event with which the node's own thing is there.
  EventNumber exists_from(std::uint32_t node) const { return exists_from_[node]; }
  // The event with which it or anything in it is. A Deferred may be older than the one it lives in.
  EventNumber shown_from(std::uint32_t node) const { return shown_from_[node]; }

  // For each node a number that it keeps when the tree is built anew from more of the recording.
  std::vector<std::uint32_t> keys() const;

  // Calls visit(child) for each of a node's own children.
  template <class Visit>
  void for_each_child(std::uint32_t node, Visit&& visit) const {
    for (std::uint32_t child = node + 1; child < end_[node]; child = end_[child]) visit(child);
  }

 private:
  class Builder;
  struct Empty {};
  explicit Tree(Empty) {}
  static std::uint32_t at(const std::vector<std::uint32_t>& nodes, std::uint32_t place) {
    return place < nodes.size() ? nodes[place] : 0;
  }
  std::uint32_t thing(std::uint32_t node) const { return things_[node] & 0x3FFFFFFFu; }
  void find_shown_from();
  void index_portals();

  std::vector<std::uint32_t> end_;
  std::vector<std::uint32_t> things_;  // the kind in the two highest bits, then its index
  std::vector<EventNumber> exists_from_;
  std::vector<EventNumber> shown_from_;
  std::vector<std::uint32_t> parents_;
  std::vector<std::uint32_t> deferred_nodes_;  // by index, [0] unused
  std::vector<std::uint32_t> pair_nodes_;
  std::vector<std::uint32_t> portal_nodes_;  // by target, then in preorder
};

}  // namespace reactortrack::map
