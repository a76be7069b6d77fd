// SPDX-License-Identifier: MIT
#include "cli/measurement.h"

#include <gtest/gtest.h>

namespace reactortrack::cli {
namespace {

constexpr std::int64_t kMs = 1'000'000;

Round round_of(std::int64_t plain_ms, std::int64_t recorded_ms) {
  return {.plain = {plain_ms * kMs, 2 * plain_ms * kMs, 40'000'000},
          .recorded = {recorded_ms * kMs, 2 * recorded_ms * kMs, 50'000'000}};
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(Median, IsTheMiddleOneOrTheMeanOfTheTwo) {
  EXPECT_EQ(median({7}), 7);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({8, 1, 2, 100}), 5);
}

TEST(Compare, TakesTheRatioOfEachRoundNotOfTheMedians) {
  // The machine was at half its speed in the second round: both runs of it took twice the time.
  const std::vector<std::pair<double, double>> values{{100, 110}, {200, 240}, {120, 126}};
  const Comparison both = compare(values);
  EXPECT_EQ(both.plain, 120);
  EXPECT_EQ(both.recorded, 126);
  EXPECT_DOUBLE_EQ(both.ratio, 1.1);
  EXPECT_DOUBLE_EQ(both.smallest, 1.05);
  EXPECT_DOUBLE_EQ(both.largest, 1.2);
  EXPECT_TRUE(both.has_ratio);
}

TEST(Compare, HasNoRatioToNothing) {
  const std::vector<std::pair<double, double>> values{{0, 5}, {2, 5}};
  EXPECT_FALSE(compare(values).has_ratio);
}

TEST(Comparison, TellsApartWhatDiffersByMoreThanTheRounds) {
  const auto tells = [](double smallest, double ratio, double largest) {
    const Comparison both{.ratio = ratio, .smallest = smallest, .largest = largest};
    return both.tells_apart();
  };
  EXPECT_TRUE(tells(1.25, 1.5, 1.75));
  EXPECT_FALSE(tells(1.125, 1.5, 1.75));
  EXPECT_TRUE(tells(0.5, 0.625, 0.75)) << "quicker with recording";
  EXPECT_FALSE(tells(0.5, 0.875, 0.75));
  EXPECT_FALSE(tells(0.9, 1.01, 1.1)) << "quicker in some rounds, slower in others";
  EXPECT_TRUE(tells(1, 1, 1));
}

TEST(MeasurementLines, AreATableWhenTheRatiosStandOut) {
  const std::vector<Round> rounds{round_of(500, 450), round_of(510, 457), round_of(490, 440)};
  EXPECT_EQ(joined(measurement_lines(rounds)),
            "3 rounds        without    recorded   ratio   smallest to largest\n"
            "CPU time         500 ms      450 ms    0.90   0.90 to 0.90\n"
            "wall time       1.000 s      900 ms    0.90   0.90 to 0.90\n"
            "peak memory     40.0 MB     50.0 MB    1.25   1.25 to 1.25\n");
}

TEST(MeasurementLines, SayWhatCannotBeToldApart) {
  std::vector<Round> rounds{round_of(100, 104), round_of(100, 98), round_of(100, 103)};
  EXPECT_EQ(measurement_lines(rounds).at(4),
            "CPU time and wall time: with and without recording cannot be told apart, for the "
            "rounds differ from one another by more; longer runs or a quieter machine may tell");
  for (Round& round : rounds) round.recorded.wall_ns = 300 * kMs;
  EXPECT_TRUE(measurement_lines(rounds).at(4).starts_with("CPU time: with and without")) << "only";
  for (Round& round : rounds) std::swap(round.recorded.wall_ns, round.recorded.cpu_ns);
  for (Round& round : rounds) round.plain.wall_ns = 100 * kMs;
  EXPECT_TRUE(measurement_lines(rounds).at(4).starts_with("wall time: with and without"));
}

TEST(MeasurementLines, TrustOneRoundInNothing) {
  const std::vector<Round> one{round_of(100, 200)};
  EXPECT_TRUE(measurement_lines(one).at(0).starts_with("1 round "));
  EXPECT_EQ(measurement_lines(one).at(4),
            "one round has no spread: nothing here says how far its ratios can be trusted");
}

TEST(MeasurementLines, LeaveOutTheRatioToNothing) {
  const std::vector<Round> rounds{round_of(0, 3), round_of(1, 3)};
  EXPECT_EQ(measurement_lines(rounds).at(1), "CPU time         500 us     3.00 ms       -   -");
}

TEST(MeasurementLines, AreNoneForNoRounds) { EXPECT_TRUE(measurement_lines({}).empty()); }

}  // namespace
}  // namespace reactortrack::cli
