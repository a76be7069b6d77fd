// SPDX-License-Identifier: MIT
#include <cassert>
#include <cfloat>

#include "core/treemap/children.h"

namespace reactortrack::treemap {
namespace {

// What a weight counts: nothing when it is negative or no number.
double counted(float weight) {
  if (!(weight > 0)) return 0;
  return weight < FLT_MAX ? weight : FLT_MAX;
}

}  // namespace

void sum_weights(std::span<const std::uint32_t> end, std::span<float> weight) {
  assert(end.size() == weight.size());
  for (std::uint32_t node = static_cast<std::uint32_t>(end.size()); node-- > 0;) {
    if (end[node] == node + 1) continue;
    double sum = 0;
    for (std::uint32_t child = node + 1; child < end[node]; child = end[child])
      sum += counted(weight[child]);
    weight[node] = static_cast<float>(sum);
  }
}

std::uint32_t hit(const Tree& tree, std::span<const Rect> rects, float x, float y) {
  const auto contains = [&](const Rect& rect) {
    return x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
  };
  if (rects.empty() || !contains(rects[0])) return kNoNode;
  std::uint32_t found = 0;
  for (std::uint32_t node = 1; node < tree.end[found];) {
    if (contains(rects[node])) {
      found = node++;
    } else {
      node = tree.end[node];
    }
  }
  return found;
}

void Children::gather(const Tree& tree, std::uint32_t container) {
  node_.clear();
  nodes_.clear();
  below_.assign(1, 0.0);
  const float first = tree.weight[container + 1];
  equal_ = true;
  double sum = 0;
  for (std::uint32_t child = container + 1; child < tree.end[container]; child = tree.end[child]) {
    const float weight = tree.weight[child];
    equal_ = equal_ && weight == first;
    node_.push_back(child);
    nodes_.push_back(tree.end[child] - child);
    below_.push_back(sum += counted(weight));
  }
  if (sum > 0) return;
  for (std::size_t i = 0; i < below_.size(); ++i) below_[i] = static_cast<double>(i);
  equal_ = true;
}

}  // namespace reactortrack::treemap
