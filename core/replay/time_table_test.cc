// SPDX-License-Identifier: MIT
#include "core/replay/time_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace reactortrack::replay {
namespace {

TEST(TimeTable, KnowsEachTimeAndTheLastEventAtATime) {
  std::mt19937_64 random(5);
  std::vector<std::int64_t> times_ns;
  TimeTable table;
  std::int64_t now_ns = 12'345;
  for (int i = 0; i < 20'000; ++i) {
    // Steps of all sizes, whole units and not, and many events at one time.
    if (random() % 3 != 0)
      now_ns += static_cast<std::int64_t>((random() % 2 == 0 ? 100 : 1) *
                                          (random() % (1ull << random() % 40)));
    times_ns.push_back(now_ns);
    table.add(now_ns);
  }
  for (std::size_t i = 0; i < times_ns.size(); ++i) {
    ASSERT_EQ(table.at(static_cast<EventNumber>(i + 1)), times_ns[i]);
    for (const std::int64_t off : {-1, 0, 1}) {
      const auto later = std::upper_bound(times_ns.begin(), times_ns.end(), times_ns[i] + off);
      ASSERT_EQ(number(table.last_at_or_before(times_ns[i] + off)), later - times_ns.begin());
    }
  }
}

TEST(TimeTable, IsEmptyAtFirst) {
  const TimeTable table;
  EXPECT_EQ(table.at(EventNumber{5}), 0);
  EXPECT_EQ(table.last_at_or_before(5), EventNumber::kNone);
}

TEST(TimeTable, TimeDoesNotGoBack) {
  TimeTable table;
  table.add(500);
  table.add(300);
  EXPECT_EQ(table.at(EventNumber{2}), 500);
}

}  // namespace
}  // namespace reactortrack::replay
