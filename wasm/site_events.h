// SPDX-License-Identifier: MIT
//
// Where in a recording the places come up that findings cite: a Deferred's creation for "created", the
// start of the callback for "culprit", and so on.
//
// Looked for among what happened to the finding's own Deferreds first; what is left, in one pass over
// all records. Cost: linear in the records at most.
#pragma once

#include <vector>

#include "core/analysis/facts.h"
#include "core/analysis/finding.h"

namespace reactortrack::wasm {

// For each finding, for each of its sites; kNone where nothing recorded happened there.
std::vector<std::vector<replay::EventNumber>> site_events(
    const std::vector<analysis::Finding>& findings, const analysis::Facts& facts);

}  // namespace reactortrack::wasm
