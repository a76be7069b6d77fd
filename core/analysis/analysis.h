// SPDX-License-Identifier: MIT
//
// The questions asked of a recording: what is wrong with it?
//
//   const text::Wording wording(model, definitions);
//   for (const Finding& each : analysis::findings(wording, options)) ...
//
// Cost: linear in the records, apart from the sorting of what was found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/analysis/facts.h"
#include "core/analysis/finding.h"
#include "core/analysis/options.h"
#include "core/analysis/wait_graph.h"
#include "core/text/wording.h"

namespace reactortrack::analysis {

// Whether a finding is wanted; it sees them before those of the same places become one.
using Keep = std::function<bool(const Finding&)>;

// Errors first, then warnings, then what is worth knowing; those of a kind together, the longest
// first. Findings of one kind with the same places are one, which counts them.
std::vector<Finding> findings(const text::Wording& wording, const Options& options,
                              const Keep& keep = {});

// The same in steps, for those who must answer others in between. The model must not change from the
// first step to the last use of what it found.
//
//   Analysis analysis(wording, options);
//   while (analysis.step()) answer_others();
//   show(analysis.findings());
class Analysis {
 public:
  Analysis(const text::Wording& wording, const Options& options, Keep keep = {})
      : wording_(wording), options_(options), keep_(std::move(keep)) {}
  Analysis(const Analysis&) = delete;
  Analysis& operator=(const Analysis&) = delete;

  // False when that was the last one.
  bool step();
  static std::size_t step_count();
  std::size_t steps_done() const { return steps_done_; }

  // When all steps are done.
  std::vector<Finding>& findings() { return findings_; }
  const Facts& facts() const { return *facts_; }
  const WaitGraph& graph() const { return *graph_; }

 private:
  void join(std::vector<Finding> found);

  const text::Wording& wording_;
  Options options_;
  Keep keep_;
  std::optional<Facts> facts_;
  std::optional<WaitGraph> graph_;
  std::vector<Finding> findings_;
  std::unordered_multimap<std::uint64_t, std::size_t> places_;  // of findings_, by kind and sites
  std::size_t steps_done_ = 0;
};

}  // namespace reactortrack::analysis
