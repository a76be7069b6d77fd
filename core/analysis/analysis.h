// SPDX-License-Identifier: MIT
//
// The questions asked of a recording: what is wrong with it?
//
//   const text::Wording wording(model, definitions);
//   for (const Finding& each : analysis::findings(wording, options)) ...
//
// Cost: linear in the records, apart from the sorting of what was found.
#pragma once

#include <vector>

#include "core/analysis/finding.h"
#include "core/analysis/options.h"
#include "core/text/wording.h"

namespace reactortrack::analysis {

// Errors first, then warnings, then what is worth knowing; those of a kind together, the longest
// first. Findings of one kind with the same places are one, which counts them.
std::vector<Finding> findings(const text::Wording& wording, const Options& options);

}  // namespace reactortrack::analysis
