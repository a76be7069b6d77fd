// SPDX-License-Identifier: MIT
#include "cli/duration.h"

#include <gtest/gtest.h>

namespace reactortrack::cli {
namespace {

TEST(ParseDuration, TakesEveryUnit) {
  EXPECT_EQ(parse_duration("7ns"), 7);
  EXPECT_EQ(parse_duration("7us"), 7'000);
  EXPECT_EQ(parse_duration("250ms"), 250'000'000);
  EXPECT_EQ(parse_duration("90s"), 90'000'000'000);
  EXPECT_EQ(parse_duration("5min"), 300'000'000'000);
  EXPECT_EQ(parse_duration("5m"), 300'000'000'000);
  EXPECT_EQ(parse_duration("1.5 h"), 5'400'000'000'000);
  EXPECT_EQ(parse_duration("2d"), 172'800'000'000'000);
  EXPECT_EQ(parse_duration("10"), 10'000'000'000) << "seconds";
  EXPECT_EQ(parse_duration("0.5"), 500'000'000);
}

TEST(ParseDuration, RefusesAllElse) {
  for (const char* text : {"", "s", "-1s", "1 week", "1s2", "1e9", "nan", "inf", "99999999999d"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace reactortrack::cli
