// SPDX-License-Identifier: MIT
#include "core/treemap/growing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/treemap/sample_trees.h"

namespace reactortrack::treemap {
namespace {

// A program that goes on: containers come to the root's end, and leaves and containers to the end of
// those that are there, most of them to recent ones. Nodes are known by the order in which they came.
class Program {
 public:
  explicit Program(std::uint64_t seed) : random_(seed) { children_.emplace_back(); }

  void step() {
    const auto count = static_cast<std::uint32_t>(children_.size());
    std::uint32_t parent = 0;
    if (count > 1 && random_.below(100) < 70) {
      const std::uint32_t recent = std::min(count - 1, random_.below(50) == 0 ? count - 1 : 8u);
      parent = count - 1 - random_.below(recent);
      if (leaf_[parent]) parent = 0;
    }
    leaf_.resize(count + 1);
    leaf_[count] = parent != 0 && random_.below(100) < 80;
    children_[parent].push_back(count);
    children_.emplace_back();
  }

  SampleTree tree(std::vector<std::uint32_t>* keys) const {
    SampleTree made;
    keys->clear();
    std::vector<std::pair<std::uint32_t, bool>> open = {{0, false}};  // key; its children are done
    std::vector<std::uint32_t> nodes;
    while (!open.empty()) {
      const auto [key, done] = open.back();
      open.pop_back();
      if (done) {
        made.end[nodes.back()] = static_cast<std::uint32_t>(made.end.size());
        nodes.pop_back();
        continue;
      }
      nodes.push_back(static_cast<std::uint32_t>(made.end.size()));
      made.end.push_back(0);
      made.weight.push_back(1);
      keys->push_back(key);
      open.emplace_back(key, true);
      for (auto at = children_[key].rbegin(); at != children_[key].rend(); ++at)
        open.emplace_back(*at, false);
    }
    sum_weights(made.end, made.weight);
    return made;
  }

 private:
  Random random_;
  std::vector<std::vector<std::uint32_t>> children_;
  std::vector<bool> leaf_ = {false};
};

// What moved from one step to the next, on average over the tiles that were there before.
class Travel {
 public:
  void step(const std::vector<std::uint32_t>& keys, const std::vector<Rect>& rects) {
    std::map<std::uint32_t, Rect> now;
    double travel = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      now[keys[i]] = rects[i];
      const auto found = before_.find(keys[i]);
      if (found != before_.end()) travel += corner_travel(found->second, rects[i], kSampleBounds);
    }
    if (!before_.empty()) {
      last = travel / static_cast<double>(before_.size());
      sum += last;
      ++steps;
      still += last == 0 ? 1 : 0;
    }
    before_ = std::move(now);
  }
  double last = 0;
  double sum = 0;
  int steps = 0;
  int still = 0;

 private:
  std::map<std::uint32_t, Rect> before_;
};

TEST(GrowingLayout, ATileAtTheEndMovesNothingUntilTheRowIsFull) {
  GrowingLayout growing(kSampleBounds, {});
  Travel travel;
  std::uint32_t renewals = 0;
  int moved = 0;
  for (std::uint32_t leaves = 1; leaves <= 1000; ++leaves) {
    const SampleTree sample = flat_tree(leaves, Weights::kEqual, 1);
    std::vector<std::uint32_t> keys(sample.end.size());
    for (std::uint32_t i = 0; i < keys.size(); ++i) keys[i] = i;
    std::vector<Rect> rects(keys.size());
    growing.update(sample.tree(), keys, rects);
    travel.step(keys, rects);
    const bool renewed = growing.renewals() != renewals;
    renewals = growing.renewals();
    if (!renewed && travel.last > 0) ++moved;
    if (!renewed && leaves > 64) {
      EXPECT_LT(travel.last, 0.002) << leaves;
    }
  }
  EXPECT_LE(renewals, 12u);  // 2^10 leaves and the first few
  EXPECT_LE(moved, 1000 / 16);
}

TEST(GrowingLayout, TilesStayInsideAndSiblingsNeverOverlap) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for (const Margins& margins : {Margins{}, Margins{14, 2, 30}}) {
      Program program(seed);
      GrowingLayout growing(kSampleBounds, margins);
      std::vector<std::uint32_t> keys;
      for (int step = 0; step < 400; ++step) {
        program.step();
        const SampleTree sample = program.tree(&keys);
        std::vector<Rect> rects(keys.size(), Rect{-1, -1, -1, -1});
        growing.update(sample.tree(), keys, rects);
        for (std::uint32_t node = 0; node < rects.size(); ++node) {
          const Rect inside = inside_of(rects[node], margins);
          double children_area = 0;
          for (std::uint32_t a = node + 1; a < sample.end[node]; a = sample.end[a]) {
            const Rect& rect = rects[a];
            children_area += static_cast<double>(rect.width) * rect.height;
            ASSERT_TRUE(rect.x >= inside.x && rect.y >= inside.y);
            ASSERT_LE(rect.x + rect.width, inside.x + inside.width);
            ASSERT_LE(rect.y + rect.height, inside.y + inside.height);
            for (std::uint32_t b = sample.end[a]; b < sample.end[node]; b = sample.end[b]) {
              ASSERT_TRUE(rects[b].x >= rect.x + rect.width || rects[b].y >= rect.y + rect.height);
            }
          }
          if (node > 0 && sample.end[node] > node + 1) {
            ASSERT_EQ(children_area, static_cast<double>(inside.width) * inside.height);
          }
        }
      }
    }
  }
}

TEST(GrowingLayout, MovesLittleOfAProgramThatGoesOn) {
  Program program(5);
  GrowingLayout growing(kSampleBounds, {});
  Travel kept;
  Travel anew;
  std::vector<std::uint32_t> keys;
  for (int step = 0; step < 1000; ++step) {
    program.step();
    const SampleTree sample = program.tree(&keys);
    std::vector<Rect> rects(keys.size());
    growing.update(sample.tree(), keys, rects);
    kept.step(keys, rects);
    layout(sample.tree(), Layout::kOrder, kSampleBounds, {}, rects);
    anew.step(keys, rects);
  }
  RecordProperty("corner_travel_a_step", std::to_string(kept.sum / kept.steps));
  RecordProperty("corner_travel_laid_out_anew", std::to_string(anew.sum / anew.steps));
  RecordProperty("steps_that_moved_nothing", kept.still);
  EXPECT_LT(kept.sum / kept.steps, 0.008);
  EXPECT_LT(kept.sum, anew.sum / 5);
  EXPECT_GT(kept.still, kept.steps / 2);
}

TEST(GrowingLayout, WeightsThatComeLaterAndNodesThatGo) {
  SampleTree sample = flat_tree(50, Weights::kEqual, 1);
  std::vector<std::uint32_t> keys(51);
  for (std::uint32_t i = 0; i < keys.size(); ++i) keys[i] = i;
  std::vector<Rect> rects(51);
  GrowingLayout growing(kSampleBounds, {});
  for (float& weight : sample.weight) weight = 0;
  growing.update(sample.tree(), keys, rects);
  EXPECT_EQ(growing.renewals(), 1u);
  sample.weight[7] = 1e-6f;
  growing.update(sample.tree(), keys, rects);
  EXPECT_EQ(growing.renewals(), 2u);
  EXPECT_GT(rects[7].width * rects[7].height, 100'000);
  const SampleTree fewer = flat_tree(3, Weights::kEqual, 1);
  rects.resize(4);
  growing.update(fewer.tree(), std::vector<std::uint32_t>{0, 9, 30, 77}, rects);
  EXPECT_GT(rects[3].width * rects[3].height, 100'000);
}

}  // namespace
}  // namespace reactortrack::treemap
