// SPDX-License-Identifier: MIT
//
// Stretches: the times between two polls in which the reactor heard nothing, where they were long, and
// what ran in them.
//
//   for (const Stretch& each : blocked_stretches(facts, options)) ...
//
// Cost: linear in the turns, pairs and delayed calls.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/analysis/facts.h"
#include "core/analysis/options.h"

namespace reactortrack::analysis {

// What many delayed calls from one place took together.
struct Share {
  std::int64_t took_ns = 0;
  std::uint64_t calls = 0;
  const replay::DelayedCall* call = nullptr;
};

// From one poll for input to the next, in which the reactor heard nothing.
struct Stretch {
  replay::EventNumber from{};
  replay::EventNumber to{};
  std::int64_t length_ns = 0;
  const replay::Pair* pair = nullptr;  // the callback that took most of it
  std::int64_t pair_ns = 0;
  const replay::DelayedCall* call = nullptr;
  std::int64_t call_ns = 0;
  std::uint64_t late = 0;                           // delayed calls that came due in it
  std::unordered_map<std::uint32_t, Share> shares;  // by the place that scheduled the calls
};

// What is executing in the reactor's thread when the recording ends: the innermost frame that the
// program has a part in. Nothing when it ended properly, or between two callbacks.
replay::Frame unfinished(const Facts& facts);

// In the order of time. A reactor that does not tell when it polls (asyncio's): each callback or
// delayed call that took that long on its own. What ran in them is not looked for.
std::vector<Stretch> long_stretches(const Facts& facts, const Options& options);
// With what ran in them.
std::vector<Stretch> blocked_stretches(const Facts& facts, const Options& options);

// The stretch that an event lies in, or nullptr.
Stretch* stretch_of(std::vector<Stretch>* stretches, replay::EventNumber event);

}  // namespace reactortrack::analysis
