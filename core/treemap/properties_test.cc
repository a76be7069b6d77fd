// SPDX-License-Identifier: MIT
//
// What holds for every tree, weight and margin, tried on random ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/treemap/sample_trees.h"

namespace reactortrack::treemap {
namespace {

constexpr double kGrid = 0x1p-13;  // of these bounds

struct Case {
  std::string name;
  SampleTree sample;
  Layout kind;
  Margins margins;
  std::vector<Rect> rects;
};

std::vector<std::uint32_t> children_of(const SampleTree& sample, std::uint32_t node) {
  std::vector<std::uint32_t> children;
  for (std::uint32_t i = node + 1; i < sample.end[node]; i = sample.end[i]) children.push_back(i);
  return children;
}

// Calls `check(case, container, inside, children)` for each container of many maps.
template <class Check>
void for_each_container(const Check& check) {
  for (const Layout kind : {Layout::kOrder, Layout::kSquarified}) {
    for (const Margins& margins : {Margins{}, Margins{14, 2, 30}}) {
      for (const Weights weights : {Weights::kEqual, Weights::kUneven, Weights::kWild}) {
        for (std::uint64_t seed = 1; seed <= 6; ++seed) {
          Case made{
              "kind " + std::to_string(static_cast<int>(kind)) + ", weights " +
                  std::to_string(static_cast<int>(weights)) + ", seed " + std::to_string(seed) +
                  ", header " + std::to_string(margins.header),
              seed % 2 == 0 ? program_tree(700, weights, seed) : any_tree(1500, weights, seed),
              kind,
              margins,
              {}};
          SCOPED_TRACE(made.name);
          made.rects.resize(made.sample.end.size(), Rect{-1, -1, -1, -1});
          layout(made.sample.tree(), kind, kSampleBounds, margins, made.rects);
          for (std::uint32_t node = 0; node < made.rects.size(); ++node) {
            if (made.sample.end[node] == node + 1) continue;
            check(made, node, inside_of(made.rects[node], margins), children_of(made.sample, node));
            if (testing::Test::HasFailure()) return;
          }
        }
      }
    }
  }
}

double area(const Rect& rect) { return static_cast<double>(rect.width) * rect.height; }
bool has_area(const Rect& rect) { return rect.width > 0 && rect.height > 0; }

// A sweep from left to right: of two tiles on the sweeping line, the lower begins where the upper has
// ended, or below.
bool overlap(const std::vector<std::uint32_t>& nodes, const std::vector<Rect>& rects) {
  struct Edge {
    float x;
    bool begins;
    std::uint32_t node;
  };
  std::vector<Edge> edges;
  for (const std::uint32_t node : nodes) {
    const Rect& rect = rects[node];
    if (!has_area(rect)) continue;
    edges.push_back({rect.x, true, node});
    edges.push_back({rect.x + rect.width, false, node});
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return a.x != b.x ? a.x < b.x : a.begins < b.begins;
  });
  std::map<float, std::uint32_t> on_line;  // by the upper edge
  for (const Edge& edge : edges) {
    const Rect& rect = rects[edge.node];
    if (!edge.begins) {
      on_line.erase(rect.y);
      continue;
    }
    const auto [at, added] = on_line.emplace(rect.y, edge.node);
    if (!added) return true;
    if (std::next(at) != on_line.end() && std::next(at)->first < rect.y + rect.height) return true;
    if (at != on_line.begin()) {
      const Rect& upper = rects[std::prev(at)->second];
      if (upper.y + upper.height > rect.y) return true;
    }
  }
  return false;
}

TEST(TreemapProperties, SiblingsNeverOverlapAndFillTheInsideExactly) {
  for_each_container([](const Case& made, std::uint32_t, const Rect& inside, const auto& children) {
    double sum = 0;
    for (const std::uint32_t child : children) {
      const Rect& rect = made.rects[child];
      ASSERT_GE(rect.x, inside.x);
      ASSERT_GE(rect.y, inside.y);
      ASSERT_LE(rect.x + rect.width, inside.x + inside.width);
      ASSERT_LE(rect.y + rect.height, inside.y + inside.height);
      ASSERT_GE(rect.width, 0);
      ASSERT_GE(rect.height, 0);
      sum += area(rect);
    }
    ASSERT_EQ(sum, area(inside));  // exact: areas are multiples of 2^-26
    ASSERT_FALSE(overlap(children, made.rects));
  });
}

// Each edge is at most half a grid step from where it should be, in each of the few splits and rows
// that lead to a tile.
TEST(TreemapProperties, AreasAreProportionalToWeights) {
  for_each_container([](const Case& made, std::uint32_t, const Rect& inside, const auto& children) {
    double total = 0;
    for (const std::uint32_t child : children) total += made.sample.weight[child];
    for (const std::uint32_t child : children) {
      const Rect& rect = made.rects[child];
      const double share =
          total > 0 ? made.sample.weight[child] / total : 1 / static_cast<double>(children.size());
      const double tolerance = 8 * kGrid * (rect.width + rect.height + kGrid);
      ASSERT_NEAR(area(rect), share * area(inside), tolerance) << child;
    }
  });
}

TEST(TreemapProperties, InOrderALaterSiblingLiesRightOfOrBelowAnEarlierOne) {
  for_each_container([](const Case& made, std::uint32_t, const Rect&, const auto& children) {
    if (made.kind != Layout::kOrder) return;
    for (std::size_t i = 0; i < children.size(); ++i) {
      const Rect& earlier = made.rects[children[i]];
      for (std::size_t j = i + 1; j < children.size(); ++j) {
        const Rect& later = made.rects[children[j]];
        ASSERT_TRUE(later.x >= earlier.x + earlier.width || later.y >= earlier.y + earlier.height)
            << children[i] << " and " << children[j];
      }
    }
  });
}

TEST(TreemapProperties, InSquarifiedAHeavierSiblingIsNotSmaller) {
  for_each_container([](const Case& made, std::uint32_t, const Rect&, auto children) {
    if (made.kind != Layout::kSquarified) return;
    std::stable_sort(children.begin(), children.end(), [&](std::uint32_t a, std::uint32_t b) {
      return made.sample.weight[a] > made.sample.weight[b];
    });
    for (std::size_t i = 1; i < children.size(); ++i) {
      const Rect& heavier = made.rects[children[i - 1]];
      const Rect& lighter = made.rects[children[i]];
      if (!has_area(heavier) || !has_area(lighter)) continue;
      ASSERT_TRUE(lighter.x >= heavier.x + heavier.width ||
                  lighter.y >= heavier.y + heavier.height);
    }
  });
}

TEST(TreemapProperties, HitFindsTheInnermostTile) {
  Random random(7);
  for_each_container([&](const Case& made, std::uint32_t node, const Rect&, const auto&) {
    if (node % 16 != 0) return;
    const Rect& rect = made.rects[node];
    const bool corner = random.below(2) == 0;
    const float x = corner ? rect.x : static_cast<float>(random.unit() * 1700 - 50);
    const float y = corner ? rect.y : static_cast<float>(random.unit() * 1100 - 50);
    std::uint32_t expected = kNoNode;
    for (std::uint32_t i = 0; i < made.rects.size(); ++i) {  // the last in preorder is innermost
      const Rect& r = made.rects[i];
      if (x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height) expected = i;
    }
    ASSERT_EQ(hit(made.sample.tree(), made.rects, x, y), expected);
  });
}

// The map of a recording is laid out from its final tree. Whoever opens it at a later event, or goes
// on to it, sees the tiles of before where they were.
TEST(TreemapProperties, RevealingMovesNothing) {
  for (const Layout kind : {Layout::kOrder, Layout::kSquarified}) {
    const SampleTree sample = program_tree(150, Weights::kUneven, 3);
    const auto count = static_cast<std::uint32_t>(sample.end.size());
    std::vector<Rect> before(count);
    layout(sample.tree(), kind, kSampleBounds, {14, 2, 30}, before);
    double travel = 0;
    double travel_without_hindsight = 0;
    std::vector<Rect> partial_before;
    for (std::uint32_t revealed = 1; revealed <= count; ++revealed) {
      std::vector<Rect> now(count, Rect{9, 9, 9, 9});
      layout(sample.tree(), kind, kSampleBounds, {14, 2, 30}, now);
      std::vector<std::uint32_t> end(sample.end.begin(), sample.end.begin() + revealed);
      for (std::uint32_t& each : end) each = std::min(each, revealed);
      std::vector<float> weight(sample.weight.begin(), sample.weight.begin() + revealed);
      sum_weights(end, weight);
      std::vector<Rect> partial(revealed);
      layout({end, weight}, kind, kSampleBounds, {14, 2, 30}, partial);
      for (std::uint32_t i = 0; i + 1 < revealed; ++i) {
        travel += corner_travel(before[i], now[i], kSampleBounds);
        travel_without_hindsight += corner_travel(partial_before[i], partial[i], kSampleBounds);
      }
      before = now;
      partial_before = partial;
    }
    EXPECT_EQ(travel, 0.0);
    EXPECT_GT(travel_without_hindsight, 1.0);  // the measure does see movement
  }
}

}  // namespace
}  // namespace reactortrack::treemap
