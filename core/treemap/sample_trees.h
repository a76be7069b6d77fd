// SPDX-License-Identifier: MIT
//
// Trees to try layouts on, for tests and benchmarks: the same on every machine and compiler (integer
// arithmetic, division and square roots only), so that results can be compared to the bit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/treemap/treemap.h"

namespace reactortrack::treemap {

// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(next() % limit); }
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }  // in [0, 1)

 private:
  std::uint64_t state_;
};

inline constexpr Rect kSampleBounds{0, 0, 1600, 1000};

struct SampleTree {
  std::vector<std::uint32_t> end;
  std::vector<float> weight;
  std::uint32_t leaves = 0;

  Tree tree() const { return {end, weight}; }
};

enum class Weights : std::uint8_t {
  kEqual,   // 1 each: a map of counts
  kUneven,  // 1 to 100, two in three under 3: a map of times
  kWild,    // 1 to 10,000, half under 2; one in ten 0
};

// A root with `leaves` children.
SampleTree flat_tree(std::uint32_t leaves, Weights weights, std::uint64_t seed);

// Like a recorded program: the root holds a container for one in ten leaves, each with some leaves
// and, behind some of them, further containers, nested up to seven deep; one in a thousand waits for
// hundreds.
SampleTree program_tree(std::uint32_t leaves, Weights weights, std::uint64_t seed);

// A root with containers of 1 to 19 leaves each: a hundred thousand of them for a million leaves.
SampleTree fan_tree(std::uint32_t leaves, Weights weights, std::uint64_t seed);

// `levels` containers, one in the other, each with `leaves_each` leaves before the next one; the
// innermost with `leaves_inside`.
SampleTree chain_tree(std::uint32_t levels, std::uint32_t leaves_each, std::uint32_t leaves_inside);

// Any shape: containers without children, with one, with thousands.
SampleTree any_tree(std::uint32_t nodes, Weights weights, std::uint64_t seed);

// How near to squares the leaves are: max(width / height, height / width), over those with an area.
struct Ratios {
  double mean = 0;
  double weighted = 0;  // each counts by its weight
  double worst = 0;
  std::uint32_t without_area = 0;
};
Ratios ratios_of(const Tree& tree, std::span<const Rect> rects);

// How far apart the four corners of two rectangles are, on average, as a part of the map's diagonal.
double corner_travel(const Rect& before, const Rect& after, const Rect& bounds);

// FNV-1a over the rectangles' bits.
std::uint64_t hash_of(std::span<const Rect> rects);

}  // namespace reactortrack::treemap
