// SPDX-License-Identifier: MIT
#include "core/treemap/sample_trees.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace reactortrack::treemap {
namespace {

// Writes a tree from the outside to the inside; the root is open from the start.
class Builder {
 public:
  Builder(Weights weights, std::uint64_t seed) : weights_(weights), random_(seed) { open(); }

  void open() { open_.push_back(add(0)); }
  void close() {
    made_.end[open_.back()] = static_cast<std::uint32_t>(made_.end.size());
    open_.pop_back();
  }
  void leaf() {
    const std::uint32_t node = add(draw());
    made_.end[node] = node + 1;
    ++made_.leaves;
  }
  std::uint32_t depth() const { return static_cast<std::uint32_t>(open_.size()); }
  std::uint32_t leaves() const { return made_.leaves; }
  std::uint32_t nodes() const { return static_cast<std::uint32_t>(made_.end.size()); }
  Random& random() { return random_; }

  SampleTree finish() {
    while (!open_.empty()) close();
    sum_weights(made_.end, made_.weight);
    return std::move(made_);
  }

 private:
  std::uint32_t add(float weight) {
    made_.end.push_back(0);
    made_.weight.push_back(weight);
    return nodes() - 1;
  }

  float draw() {
    switch (weights_) {
      case Weights::kEqual: return 1;
      case Weights::kUneven:
        return static_cast<float>(1 / std::max(std::sqrt(random_.unit()), 0.01));
      case Weights::kWild:
        if (random_.below(10) == 0) return 0;
        return static_cast<float>(1 / std::max(random_.unit(), 0.0001));
    }
    return 1;
  }

  Weights weights_;
  Random random_;
  SampleTree made_;
  std::vector<std::uint32_t> open_;
};

}  // namespace

std::uint64_t Random::next() {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

SampleTree flat_tree(std::uint32_t leaves, Weights weights, std::uint64_t seed) {
  Builder builder(weights, seed);
  for (std::uint32_t i = 0; i < leaves; ++i) builder.leaf();
  return builder.finish();
}

SampleTree program_tree(std::uint32_t leaves, Weights weights, std::uint64_t seed) {
  constexpr std::uint32_t kDeepest = 8;
  Builder builder(weights, seed);
  Random& random = builder.random();
  while (builder.leaves() < leaves) {
    builder.open();
    if (random.below(1000) == 0) {
      for (std::uint32_t members = 100 + random.below(400); members-- > 0;) builder.leaf();
    }
    while (builder.depth() > 1) {
      builder.leaf();
      const std::uint32_t dice = random.below(100);
      if (dice < 18 && builder.depth() < kDeepest) {
        builder.open();
      } else if (dice < 45) {
        builder.close();
      }
    }
  }
  return builder.finish();
}

SampleTree fan_tree(std::uint32_t leaves, Weights weights, std::uint64_t seed) {
  Builder builder(weights, seed);
  while (builder.leaves() < leaves) {
    builder.open();
    for (std::uint32_t i = 1 + builder.random().below(19); i-- > 0;) builder.leaf();
    builder.close();
  }
  return builder.finish();
}

SampleTree chain_tree(std::uint32_t levels, std::uint32_t leaves_each,
                      std::uint32_t leaves_inside) {
  Builder builder(Weights::kEqual, 0);
  for (std::uint32_t level = 0; level < levels; ++level) {
    for (std::uint32_t i = 0; i < leaves_each; ++i) builder.leaf();
    builder.open();
  }
  for (std::uint32_t i = 0; i < leaves_inside; ++i) builder.leaf();
  return builder.finish();
}

SampleTree any_tree(std::uint32_t nodes, Weights weights, std::uint64_t seed) {
  Builder builder(weights, seed);
  Random& random = builder.random();
  while (builder.nodes() < nodes) {
    const std::uint32_t dice = random.below(100);
    if (dice < 25) {
      builder.open();
    } else if (dice < 50 && builder.depth() > 1) {
      builder.close();
    } else if (dice < 51) {
      for (std::uint32_t i = random.below(nodes / 2); i-- > 0;) builder.leaf();
    } else {
      builder.leaf();
    }
  }
  return builder.finish();
}

Ratios ratios_of(const Tree& tree, std::span<const Rect> rects) {
  Ratios ratios;
  double count = 0;
  double weight = 0;
  for (std::uint32_t node = 0; node < rects.size(); ++node) {
    if (tree.end[node] != node + 1) continue;
    const double width = rects[node].width;
    const double height = rects[node].height;
    if (!(width > 0) || !(height > 0)) {
      ++ratios.without_area;
      continue;
    }
    const double ratio = std::max(width / height, height / width);
    ratios.mean += ratio;
    ratios.weighted += ratio * tree.weight[node];
    ratios.worst = std::max(ratios.worst, ratio);
    ++count;
    weight += tree.weight[node];
  }
  if (count > 0) ratios.mean /= count;
  if (weight > 0) ratios.weighted /= weight;
  return ratios;
}

double corner_travel(const Rect& before, const Rect& after, const Rect& bounds) {
  const auto distance = [](double x, double y) { return std::sqrt(x * x + y * y); };
  const double left = after.x - before.x;
  const double top = after.y - before.y;
  const double right = left + after.width - before.width;
  const double bottom = top + after.height - before.height;
  return (distance(left, top) + distance(right, top) + distance(left, bottom) +
          distance(right, bottom)) /
         (4 * distance(bounds.width, bounds.height));
}

std::uint64_t hash_of(std::span<const Rect> rects) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const Rect& rect : rects) {
    for (const float edge : {rect.x, rect.y, rect.width, rect.height}) {
      hash ^= std::bit_cast<std::uint32_t>(edge);
      hash *= 0x100000001b3;
    }
  }
  return hash;
}

}  // namespace reactortrack::treemap
