// SPDX-License-Identifier: MIT
#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace reactortrack::cli {
namespace {

TEST(Style, PlainAddsNothing) {
  EXPECT_EQ(Style(false).bad("x"), "x");
  EXPECT_EQ(Style(true).bad("x"), "\x1b[35mx\x1b[0m");
  EXPECT_EQ(Style(true).bad(""), "");
}

}  // namespace
}  // namespace reactortrack::cli
