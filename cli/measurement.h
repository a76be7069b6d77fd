// SPDX-License-Identifier: MIT
//
// What rounds of a program without and with recording tell about its cost.
//
//                  without    recorded   ratio   smallest to largest
//   CPU time        512 ms      498 ms    0.97   0.95 to 1.01
//
// The ratio is the median of the rounds' own: the two runs of a round follow one another, so what
// burdens the machine for longer burdens both. The smallest and the largest are told rather than a
// deviation, which a handful of rounds does not have.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/launch.h"

namespace reactortrack::cli {

struct Round {
  Usage plain;
  Usage recorded;
};

// The middle one, or the mean of the two; there must be one.
double median(std::vector<double> values);

struct Comparison {
  double plain = 0;  // medians
  double recorded = 0;
  double ratio = 0;  // of the rounds' recorded / plain: the median, and the ends
  double smallest = 0;
  double largest = 0;
  bool has_ratio = false;  // false: a run without recording took nothing that could be measured

  // Whether the rounds differ from one another by no more than their median differs from 1.
  bool tells_apart() const { return largest - smallest <= (ratio < 1 ? 1 - ratio : ratio - 1); }
};

// `values`: of what is compared, without recording and with it; one pair or more.
Comparison compare(std::span<const std::pair<double, double>> values);

// The table, and how far it can be trusted. Empty for no rounds.
std::vector<std::string> measurement_lines(std::span<const Round> rounds);

}  // namespace reactortrack::cli
