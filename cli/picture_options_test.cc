// SPDX-License-Identifier: MIT
#include "cli/picture_options.h"

#include <gtest/gtest.h>

namespace reactortrack::cli {
namespace {

TEST(PictureSize, IsWidthTimesHeight) {
  EXPECT_EQ(picture_size("1600x1000"), (PictureSize{1600, 1000, 1}));
  EXPECT_EQ(picture_size("800x500@2"), (PictureSize{1600, 1000, 2}));
  EXPECT_EQ(picture_size("800x500@0.5"), (PictureSize{400, 250, 0.5F}));
  EXPECT_EQ(picture_size("1x16384"), (PictureSize{1, 16384, 1}));
}

TEST(PictureSize, RefusesWhatCannotBeDrawn) {
  for (const char* text :
       {"",        "x",          "1600",     "1600x",         "x1000",      "0x10",   "10x0",
        "-1x5",    "1600x1000x", "16385x1",  "1x99999999999", "10000x10@2", "10x10@", "10x10@0",
        "10x10@9", "10x10@nan",  "10x10@-1", " 10x10",        "10 x 10",    "0x10x10"})
    EXPECT_FALSE(picture_size(text)) << text;
}

TEST(Moment, IsAnEventOrATime) {
  EXPECT_EQ(moment("0"), (Moment{.event = 0}));
  EXPECT_EQ(moment("1234"), (Moment{.event = 1234}));
  EXPECT_EQ(moment("1.5s"), (Moment{.is_time = true, .time_ns = 1'500'000'000}));
  EXPECT_EQ(moment("250ms"), (Moment{.is_time = true, .time_ns = 250'000'000}));
  EXPECT_EQ(moment("80us"), (Moment{.is_time = true, .time_ns = 80'000}));
  EXPECT_EQ(moment("5min"), (Moment{.is_time = true, .time_ns = 300'000'000'000}));
  EXPECT_EQ(moment("7ns"), (Moment{.is_time = true, .time_ns = 7}));
  EXPECT_EQ(moment("0.101670s"), (Moment{.is_time = true, .time_ns = 101'670'000}));
}

TEST(Moment, RefusesWhatIsNeither) {
  for (const char* text : {"", "s", "ms", "-1", "-1s", "1.5", "1 week", "nans", "infs", "1e30s",
                           "99999999999999999999", "12x"})
    EXPECT_FALSE(moment(text)) << text;
}

}  // namespace
}  // namespace reactortrack::cli
