// SPDX-License-Identifier: MIT
#include "core/map/weights.h"

#include <algorithm>

#include "core/treemap/treemap.h"

namespace reactortrack::map {

namespace {

std::int64_t between(const replay::Model& model, EventNumber from, EventNumber to) {
  const EventNumber end = replay::happened(to) ? to : model.now();
  if (!replay::happened(from) || end <= from) return 0;
  return std::max<std::int64_t>(0, model.time_ns(end) - model.time_ns(from));
}

// Of leaves; containers keep what they have.
void set_times(const replay::Model& model, const Tree& tree, Weight weight,
               std::span<float> weights) {
  for (const replay::Deferred& deferred : model.deferreds()) {
    const std::uint32_t own_node = tree.node_of(model.index_of(deferred.id));
    if (weight == Weight::kWaitTime && own_node != 0 && tree.is_leaf(own_node))
      weights[own_node] = static_cast<float>(pending_ns(model, deferred));
    EventNumber ready = EventNumber::kNone;
    for (PairIndex at = deferred.first_pair; at != PairIndex::kNone; at = model.pair(at).next()) {
      const replay::Pair& pair = model.pair(at);
      const std::int64_t ns =
          weight == Weight::kOwnTime ? own_ns(model, pair) : wait_ns(model, pair, ready);
      if (const std::uint32_t node = tree.node_of(at); node != 0)
        weights[node] = static_cast<float>(ns);
      ready = pair.finished_at;
    }
  }
}

}  // namespace

std::int64_t own_ns(const replay::Model& model, const replay::Pair& pair) {
  if (!replay::happened(pair.started_at)) return 0;
  if (replay::happened(pair.finished_at)) return std::max<std::int64_t>(0, pair.own_ns());
  return between(model, pair.started_at, pair.finished_at);
}

std::int64_t wait_ns(const replay::Model& model, const replay::Pair& pair, EventNumber ready) {
  return between(model, std::max(pair.attached_at, ready), pair.started_at);
}

std::int64_t pending_ns(const replay::Model& model, const replay::Deferred& deferred) {
  return between(model, deferred.seen_at, deferred.fired_at);
}

void set_weights(const replay::Model& model, const Tree& tree, Weight weight,
                 std::span<float> weights) {
  const bool counts = weight == Weight::kCount;
  std::fill(weights.begin(), weights.end(), counts ? 1.0f : 0.0f);
  if (!counts) {
    set_times(model, tree, weight, weights);
    std::uint32_t leaves = 0;
    double total = 0;
    for (std::uint32_t node = 0; node < tree.size(); ++node) {
      if (!tree.is_leaf(node)) continue;
      ++leaves;
      total += weights[node];
    }
    const auto least = total > 0 ? static_cast<float>(total / (20.0 * leaves)) : 1.0f;
    for (float& each : weights) each = std::max(each, least);
  }
  treemap::sum_weights(tree.end(), weights);
}

}  // namespace reactortrack::map
