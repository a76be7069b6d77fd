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
#include <optional>
#include <vector>

#include "core/analysis/facts.h"
#include "core/analysis/finding.h"
#include "core/analysis/options.h"
#include "core/analysis/wait_graph.h"
#include "core/text/wording.h"

namespace reactortrack::analysis {

// Errors first, then warnings, then what is worth knowing; those of a kind together, the longest
// first. Findings of one kind with the same places are one, which counts them.
std::vector<Finding> findings(const text::Wording& wording, const Options& options);

// The same in steps, for those who must answer others in between. The model must not change from the
// first step to the last use of what it found.
//
//   Analysis analysis(wording, options);
//   while (analysis.step()) answer_others();
//   show(analysis.findings());
class Analysis {
 public:
  Analysis(const text::Wording& wording, const Options& options)
      : wording_(wording), options_(options) {}
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
  const text::Wording& wording_;
  Options options_;
  std::optional<Facts> facts_;
  std::optional<WaitGraph> graph_;
  std::vector<Finding> findings_;
  std::size_t steps_done_ = 0;
};

}  // namespace reactortrack::analysis
