// SPDX-License-Identifier: MIT
#include "cli/measurement.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/text/text.h"

namespace reactortrack::cli {

using text::duration_text;
using text::left;
using text::plural;
using text::right;
using text::size_text;

namespace {

std::string ratio_text(double ratio) {
  char number[32];
  std::snprintf(number, sizeof(number), "%.2f", ratio);
  return number;
}

std::string line_text(std::string_view name, std::string_view plain, std::string_view recorded,
                      std::string_view ratio, std::string_view spread) {
  return left(name, 11) + right(plain, 12) + right(recorded, 12) + right(ratio, 8) + "   " +
         std::string(spread);
}

template <typename ValueOf>
Comparison compare_rounds(std::span<const Round> rounds, ValueOf value_of) {
  std::vector<std::pair<double, double>> values;
  for (const Round& round : rounds)
    values.emplace_back(value_of(round.plain), value_of(round.recorded));
  return compare(values);
}

template <typename TextOf>
std::string row(std::string_view name, const Comparison& both, TextOf text_of) {
  if (!both.has_ratio)
    return line_text(name, text_of(both.plain), text_of(both.recorded), "-", "-");
  return line_text(name, text_of(both.plain), text_of(both.recorded), ratio_text(both.ratio),
                   ratio_text(both.smallest) + " to " + ratio_text(both.largest));
}

// How far the ratios of the times can be trusted; nothing when they stand out clearly.
std::string doubt(std::size_t round_count, const Comparison& cpu, const Comparison& wall) {
  if (round_count == 1)
    return "one round has no spread: nothing here says how far its ratios can be trusted";
  const bool cpu_doubted = cpu.has_ratio && !cpu.tells_apart();
  const bool wall_doubted = wall.has_ratio && !wall.tells_apart();
  if (!cpu_doubted && !wall_doubted) return "";
  const std::string what = cpu_doubted && wall_doubted ? "CPU time and wall time"
                           : cpu_doubted               ? "CPU time"
                                                       : "wall time";
  return what +
         ": with and without recording cannot be told apart, for the rounds differ from one "
         "another "
         "by more; longer runs or a quieter machine may tell";
}

}  // namespace

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Comparison compare(std::span<const std::pair<double, double>> values) {
  std::vector<double> plain;
  std::vector<double> recorded;
  std::vector<double> ratios;
  for (const auto& [without, with] : values) {
    plain.push_back(without);
    recorded.push_back(with);
    if (without > 0) ratios.push_back(with / without);
  }
  Comparison both{.plain = median(plain), .recorded = median(recorded)};
  both.has_ratio = ratios.size() == values.size();
  if (!both.has_ratio) return both;
  both.ratio = median(ratios);
  both.smallest = *std::min_element(ratios.begin(), ratios.end());
  both.largest = *std::max_element(ratios.begin(), ratios.end());
  return both;
}

std::vector<std::string> measurement_lines(std::span<const Round> rounds) {
  if (rounds.empty()) return {};
  const auto time = [](double ns) { return duration_text(std::llround(ns)); };
  const auto size = [](double bytes) { return size_text(static_cast<std::uint64_t>(bytes)); };
  const auto number = [](auto value) { return static_cast<double>(value); };
  const Comparison cpu =
      compare_rounds(rounds, [&](const Usage& each) { return number(each.cpu_ns); });
  const Comparison wall =
      compare_rounds(rounds, [&](const Usage& each) { return number(each.wall_ns); });
  const Comparison peak =
      compare_rounds(rounds, [&](const Usage& each) { return number(each.peak_bytes); });
  std::vector<std::string> lines{line_text(plural(rounds.size(), "round"), "without", "recorded",
                                           "ratio", "smallest to largest"),
                                 row("CPU time", cpu, time), row("wall time", wall, time),
                                 row("peak memory", peak, size)};
  if (std::string sentence = doubt(rounds.size(), cpu, wall); !sentence.empty())
    lines.push_back(std::move(sentence));
  return lines;
}

}  // namespace reactortrack::cli
