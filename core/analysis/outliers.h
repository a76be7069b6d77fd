// SPDX-License-Identifier: MIT
//
// Outliers: Deferreds that still wait though others of the same place, made later, are done long
// since. In a server in which anything may yet come this is what tells a request that hangs.
//
// Cost: one pass over the Deferreds to build; a question looks through what the waiter waited for.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/analysis/detectors.h"

namespace reactortrack::analysis {

class Outliers {
 public:
  explicit Outliers(const Look& look);

  // How many that its place made have fired.
  std::uint64_t fired_siblings(const replay::Deferred& deferred) const {
    return siblings(deferred).fired;
  }
  // Whether the last `outlier_kin` of them that fired were all made later than it, it has waited
  // `outlier` or longer and `outlier_factor` times as long as the slowest of them all, and nothing
  // says that it waits for what comes when it comes: none of them was fired by input at somebody
  // else's will, and its waiter (nullptr: there is none) did not wait for one of them before.
  bool stands_out(const replay::Deferred& deferred, const replay::Wait* waiter) const;
  // " It stands out: of 40 others created in ask (app.py:5) that fired ..."
  std::string text(const replay::Deferred& deferred) const;

 private:
  // What became of the Deferreds that one place made.
  struct Siblings {
    std::uint64_t fired = 0;
    std::int64_t longest_ns = 0;
    bool at_will = false;
    std::vector<replay::EventNumber> made;  // when the last ones were that have fired; a ring
  };

  const Siblings& siblings(const replay::Deferred& deferred) const;
  bool is_at_will(replay::Frame frame) const;
  bool is_in_a_loop(const replay::Wait& waiter, std::uint32_t site) const;

  const Facts& facts_;
  Options options_;
  std::unordered_map<std::uint32_t, Siblings> by_site_;
};

}  // namespace reactortrack::analysis
