// SPDX-License-Identifier: MIT
#include "cli/gzip.h"

#include <gtest/gtest.h>

#include <random>

namespace reactortrack::cli {
namespace {

std::string noise(std::size_t size) {
  std::mt19937 random(1);
  std::string bytes(size, '\0');
  for (char& each : bytes) each = static_cast<char>(random());
  return bytes;
}

TEST(Gzip, GivesBackWhatWasPutIn) {
  for (const std::string& bytes :
       {std::string(), std::string("a"), std::string(3 << 20, 'x'), noise(1 << 20)})
    for (const int level : {1, 6, 9}) EXPECT_TRUE(gunzip(gzip(bytes, level)) == bytes);
}

TEST(Gzip, HasTheMarkOfTheFormat) {
  EXPECT_EQ(gzip("text", 6).substr(0, 3), "\x1F\x8B\x08");
  EXPECT_LT(gzip(std::string(1 << 20, 'x'), 6).size(), 2000u);
}

TEST(Gunzip, IsEmptyForWhatIsDamagedOrCut) {
  const std::string good = gzip(noise(100'000), 6);
  EXPECT_EQ(gunzip("no gzip"), "");
  EXPECT_EQ(gunzip(""), "");
  EXPECT_EQ(gunzip(good.substr(0, good.size() / 2)), "");
  std::string bad = good;
  bad[bad.size() - 5] = static_cast<char>(bad[bad.size() - 5] ^ 1);  // of the checksum
  EXPECT_EQ(gunzip(bad), "");
}

}  // namespace
}  // namespace reactortrack::cli
