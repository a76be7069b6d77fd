// SPDX-License-Identifier: MIT
#include "core/treemap/treemap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "core/treemap/sample_trees.h"

namespace reactortrack::treemap {
namespace {

std::vector<Rect> lay_out(const SampleTree& sample, Layout kind, const Margins& margins = {}) {
  std::vector<Rect> rects(sample.end.size());
  layout(sample.tree(), kind, kSampleBounds, margins, rects);
  return rects;
}

TEST(Treemap, TheExampleOfTheHeader) {
  std::vector<std::uint32_t> end = {4, 2, 4, 4};
  std::vector<float> weight = {0, 3, 0, 1};
  sum_weights(end, weight);
  EXPECT_EQ(weight, (std::vector<float>{4, 3, 1, 1}));
  std::vector<Rect> rects(end.size());
  layout({end, weight}, Layout::kOrder, kSampleBounds, {}, rects);
  EXPECT_EQ(
      rects,
      (std::vector<Rect>{
          {0, 0, 1600, 1000}, {0, 0, 1200, 1000}, {1200, 0, 400, 1000}, {1200, 0, 400, 1000}}));
  EXPECT_EQ(hit({end, weight}, rects, 10, 10), 1u);
  EXPECT_EQ(hit({end, weight}, rects, 1200, 0), 3u);
  EXPECT_EQ(hit({end, weight}, rects, 1600, 0), kNoNode);
}

TEST(Treemap, NothingAndARootAlone) {
  layout({}, Layout::kOrder, kSampleBounds, {}, {});
  EXPECT_EQ(hit({}, {}, 0, 0), kNoNode);
  EXPECT_EQ(lay_out(flat_tree(0, Weights::kEqual, 1), Layout::kOrder),
            (std::vector<Rect>{kSampleBounds}));
}

TEST(Treemap, AnOnlyChildFillsTheInside) {
  for (const Layout kind : {Layout::kOrder, Layout::kSquarified}) {
    const auto rects = lay_out(flat_tree(1, Weights::kUneven, 1), kind, {20, 4, 50});
    EXPECT_EQ(rects[1], (Rect{4, 20, 1592, 976}));
    EXPECT_EQ(inside_of(rects[0], {20, 4, 50}), rects[1]);
  }
}

TEST(Treemap, ASmallContainerHasNoMargins) {
  EXPECT_EQ(inside_of({5, 5, 49, 90}, {20, 4, 50}), (Rect{5, 5, 49, 90}));
  EXPECT_EQ(inside_of({5, 5, 90, 24}, {20, 4, 0}), (Rect{5, 5, 90, 24}));
}

TEST(Treemap, EqualTilesOfARowReadFromLeftToRight) {
  const auto rects = lay_out(flat_tree(6, Weights::kEqual, 1), Layout::kOrder);
  for (std::uint32_t i = 1; i <= 6; ++i) {
    EXPECT_EQ(rects[i].y, i <= 3 ? 0 : 500) << i;
    if (i % 3 != 1) {
      EXPECT_EQ(rects[i].x, rects[i - 1].x + rects[i - 1].width) << i;
    }
  }
}

TEST(Treemap, AHundredThousandEqualSiblingsAreAllThere) {
  for (const Layout kind : {Layout::kOrder, Layout::kSquarified}) {
    const SampleTree sample = flat_tree(100'000, Weights::kEqual, 1);
    const auto rects = lay_out(sample, kind);
    const Ratios ratios = ratios_of(sample.tree(), rects);
    EXPECT_EQ(ratios.without_area, 0u);
    EXPECT_LT(ratios.mean, 1.01);
    EXPECT_LT(ratios.worst, 2);
    std::set<std::uint32_t> found;
    for (std::uint32_t node = 1; node < rects.size(); node += 997) {
      const Rect& rect = rects[node];
      const float x = rect.x + rect.width / 2;
      found.insert(hit(sample.tree(), rects, x, rect.y + rect.height / 2));
    }
    EXPECT_EQ(found.size(), 101u);
    EXPECT_EQ(*found.rbegin(), 1u + 100 * 997);
  }
}

TEST(Treemap, TenThousandLevelsNeitherOverflowNorTurnInsideOut) {
  for (const Layout kind : {Layout::kOrder, Layout::kSquarified}) {
    for (const Margins& margins : {Margins{}, Margins{14, 2, 30}, Margins{14, 2, 0}}) {
      for (const std::uint32_t leaves_each : {0u, 1u, 2u}) {
        const SampleTree sample = chain_tree(10'000, leaves_each, 3);
        for (const Rect& rect : lay_out(sample, kind, margins)) {
          ASSERT_TRUE(rect.width >= 0 && rect.height >= 0);
          ASSERT_TRUE(rect.x >= 0 && rect.x + rect.width <= 1600);
          ASSERT_TRUE(rect.y >= 0 && rect.y + rect.height <= 1000);
        }
      }
    }
  }
}

TEST(Treemap, WithoutAnyWeightAllShareEqually) {
  SampleTree sample = flat_tree(4, Weights::kEqual, 1);
  for (float& weight : sample.weight) weight = 0;
  for (const Layout kind : {Layout::kOrder, Layout::kSquarified}) {
    const auto rects = lay_out(sample, kind);
    for (std::uint32_t i = 1; i <= 4; ++i)
      EXPECT_EQ(rects[i].width * rects[i].height, 400'000) << i;
  }
}

TEST(Treemap, NumbersThatAreNoWeightsCountAsNothing) {
  SampleTree sample = flat_tree(5, Weights::kEqual, 1);
  sample.weight[1] = std::numeric_limits<float>::quiet_NaN();
  sample.weight[2] = -1;
  sample.weight[4] = std::numeric_limits<float>::infinity();
  for (const Layout kind : {Layout::kOrder, Layout::kSquarified}) {
    const auto rects = lay_out(sample, kind);
    for (const Rect& rect : rects) {
      EXPECT_TRUE(std::isfinite(rect.x) && std::isfinite(rect.y));
      EXPECT_TRUE(rect.width >= 0 && rect.height >= 0);
    }
    EXPECT_EQ(rects[1].width * rects[1].height, 0);
    EXPECT_EQ(rects[2].width * rects[2].height, 0);
    EXPECT_EQ(rects[4].width * rects[4].height, 1'600'000);
  }
}

TEST(Treemap, BoundsOfAnySizeAndPlace) {
  for (const Layout kind : {Layout::kOrder, Layout::kSquarified}) {
    for (const Rect& bounds : {Rect{0, 0, 0, 0}, Rect{0, 0, 0, 9}, Rect{-300, 40, 200, 7000},
                               Rect{0.1f, 0.2f, 0.3f, 0.4f}, Rect{1e6f, 1e6f, 10, 10}}) {
      const SampleTree sample = program_tree(100, Weights::kUneven, 5);
      std::vector<Rect> rects(sample.end.size());
      layout(sample.tree(), kind, bounds, {}, rects);
      for (const Rect& rect : rects) {
        ASSERT_TRUE(rect.width >= 0 && rect.height >= 0);
        ASSERT_TRUE(rect.x >= rects[0].x && rect.y >= rects[0].y);
        ASSERT_LE(rect.x + rect.width, rects[0].x + rects[0].width);
        ASSERT_LE(rect.y + rect.height, rects[0].y + rects[0].height);
      }
    }
  }
}

TEST(Treemap, TilesAreNearToSquares) {
  for (const std::uint32_t leaves : {1000u, 30'000u}) {
    for (const SampleTree& sample :
         {flat_tree(leaves, Weights::kEqual, 1), fan_tree(leaves, Weights::kEqual, 1),
          fan_tree(leaves, Weights::kUneven, 1), flat_tree(leaves, Weights::kUneven, 1)}) {
      EXPECT_LE(ratios_of(sample.tree(), lay_out(sample, Layout::kOrder)).mean, 1.9);
      EXPECT_LE(ratios_of(sample.tree(), lay_out(sample, Layout::kSquarified)).mean, 1.66);
    }
    const SampleTree nested = program_tree(leaves, Weights::kEqual, 1);
    EXPECT_LE(ratios_of(nested.tree(), lay_out(nested, Layout::kSquarified)).mean, 1.66);
  }
}

}  // namespace
}  // namespace reactortrack::treemap
