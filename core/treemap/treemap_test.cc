// SPDX-License-Identifier: MIT
#include "core/treemap/treemap.h"

#include <gtest/gtest.h>

#include <vector>

namespace reactortrack::treemap {
namespace {

TEST(Treemap, TheExampleOfTheHeader) {
  std::vector<std::uint32_t> end = {4, 2, 4, 4};
  std::vector<float> weight = {0, 3, 0, 1};
  sum_weights(end, weight);
  EXPECT_EQ(weight, (std::vector<float>{4, 3, 1, 1}));
  std::vector<Rect> rects(end.size());
  layout({end, weight}, Layout::kOrder, {0, 0, 1600, 1000}, {}, rects);
  EXPECT_EQ(
      rects,
      (std::vector<Rect>{
          {0, 0, 1600, 1000}, {0, 0, 1200, 1000}, {1200, 0, 400, 1000}, {1200, 0, 400, 1000}}));
  EXPECT_EQ(hit({end, weight}, rects, 10, 10), 1u);
  EXPECT_EQ(hit({end, weight}, rects, 1200, 0), 3u);
  EXPECT_EQ(hit({end, weight}, rects, 1600, 0), kNoNode);
}

}  // namespace
}  // namespace reactortrack::treemap
