// SPDX-License-Identifier: MIT
#include "core/map/tree.h"

#include <algorithm>
#include <type_traits>

namespace reactortrack::map {

std::string_view word(NodeKind kind) {
  switch (kind) {
    case NodeKind::kRoot: return "root";
    case NodeKind::kDeferred: return "deferred";
    case NodeKind::kPair: return "pair";
    case NodeKind::kPortal: return "portal";
  }
  return {};
}

// Goes through the Deferreds depth first, with a stack of its own: chains may be any number deep.
class Tree::Builder {
 public:
  Builder(Tree* tree, const replay::Model& model, const replay::Homes& homes)
      : tree_(*tree), model_(model), homes_(homes) {}

  void run() {
    reserve();
    add(NodeKind::kRoot, 0, EventNumber::kNone, 0);
    for (const DeferredIndex root : homes_.roots()) {
      enter(root);
      while (!open_.empty()) go_on();
    }
    tree_.end_[0] = tree_.size();
  }

 private:
  // A Deferred whose inside is being written.
  struct Open {
    std::uint32_t node;
    PairIndex pair;  // the next one
    std::uint32_t position;
    std::span<const replay::Guest> guests;  // that are still to come
  };

  void reserve() {
    const std::size_t most = 1 + model_.deferreds().size() + model_.pairs().size();
    for (auto* nodes : {&tree_.end_, &tree_.things_, &tree_.parents_}) nodes->reserve(most);
    tree_.exists_from_.reserve(most);
    tree_.deferred_nodes_.assign(model_.deferreds().size() + 1, 0);
    tree_.pair_nodes_.assign(model_.pairs().size() + 1, 0);
  }

  void enter(DeferredIndex index) {
    const replay::Deferred& deferred = model_.deferred(index);
    const std::uint32_t parent = open_.empty() ? 0 : open_.back().node;
    const std::uint32_t node =
        add(NodeKind::kDeferred, static_cast<std::uint32_t>(index), deferred.seen_at, parent);
    tree_.deferred_nodes_[static_cast<std::uint32_t>(index)] = node;
    open_.push_back({node, deferred.first_pair, 0, homes_.guests(index)});
  }

  // The next thing inside of the innermost open Deferred, or its end.
  void go_on() {
    Open& open = open_.back();
    const bool has_pair = open.pair != PairIndex::kNone;
    if (!open.guests.empty() && (!has_pair || open.guests.front().position <= open.position)) {
      const replay::Guest guest = open.guests.front();
      open.guests = open.guests.subspan(1);
      if (guest.is_portal) {
        add(NodeKind::kPortal, static_cast<std::uint32_t>(guest.deferred), guest.since, open.node);
      } else {
        enter(guest.deferred);
      }
    } else if (has_pair) {
      const auto index = static_cast<std::uint32_t>(open.pair);
      const replay::Pair& pair = model_.pair(open.pair);
      tree_.pair_nodes_[index] = add(NodeKind::kPair, index, pair.attached_at, open.node);
      open.pair = pair.next();
      ++open.position;
    } else {
      tree_.end_[open.node] = tree_.size();
      open_.pop_back();
    }
  }

  std::uint32_t add(NodeKind kind, std::uint32_t thing, EventNumber exists_from,
                    std::uint32_t parent) {
    const std::uint32_t node = tree_.size();
    tree_.end_.push_back(node + 1);
    tree_.things_.push_back(static_cast<std::uint32_t>(kind) << 30 | thing);
    tree_.exists_from_.push_back(exists_from);
    tree_.parents_.push_back(parent);
    return node;
  }

  Tree& tree_;
  const replay::Model& model_;
  const replay::Homes& homes_;
  std::vector<Open> open_;
};

Tree::Tree() { build({}, {}); }

void Tree::build(const replay::Model& model, const replay::Homes& homes) {
  *this = Tree(Empty{});
  Builder(this, model, homes).run();
  find_shown_from();
  index_portals();
}

// Each node is looked at once as a child, so this is linear however deep the tree is.
void Tree::find_shown_from() {
  shown_from_ = exists_from_;
  for (std::uint32_t node = size(); --node != 0;) {
    EventNumber& parents = shown_from_[parents_[node]];
    if (parents_[node] != 0) parents = std::min(parents, shown_from_[node]);
  }
}

void Tree::index_portals() {
  for (std::uint32_t node = 0; node < size(); ++node)
    if (kind(node) == NodeKind::kPortal) portal_nodes_.push_back(node);
  std::stable_sort(portal_nodes_.begin(), portal_nodes_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return deferred(a) < deferred(b); });
}

// Deferreds and pairs have theirs by their indexes, portals by the order in which they came.
std::vector<std::uint32_t> Tree::keys() const {
  std::vector<std::uint32_t> keys(size());
  for (std::uint32_t node = 1; node < size(); ++node)
    keys[node] = 3 * thing(node) + (kind(node) == NodeKind::kPair ? 1 : 0);
  std::vector<std::uint32_t> portals = portal_nodes_;
  std::sort(portals.begin(), portals.end(), [&](std::uint32_t a, std::uint32_t b) {
    return exists_from_[a] != exists_from_[b] ? exists_from_[a] < exists_from_[b] : a < b;
  });
  for (std::uint32_t at = 0; at < portals.size(); ++at) keys[portals[at]] = 3 * at + 2;
  return keys;
}

std::span<const std::uint32_t> Tree::portals_to(DeferredIndex target) const {
  const auto less = [&](const auto& a, const auto& b) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(a)>, DeferredIndex>) {
      return a < deferred(b);
    } else {
      return deferred(a) < b;
    }
  };
  const auto [first, last] =
      std::equal_range(portal_nodes_.begin(), portal_nodes_.end(), target, less);
  return {first, last};
}

}  // namespace reactortrack::map
