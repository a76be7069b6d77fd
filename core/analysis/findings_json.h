// SPDX-License-Identifier: MIT
//
// Findings as JSON: one array, for scripts and for the page.
#pragma once

#include <span>
#include <string>

#include "core/analysis/finding.h"
#include "core/text/json.h"
#include "core/text/wording.h"

namespace reactortrack::analysis {

// [{"kind", "severity", "message", "deferred", "count", "since", "duration", "event", "others",
//   "sites": [{"role", "file", "line", "function"}]}]
std::string findings_json(std::span<const Finding> findings, const text::Wording& wording);
// The fields of one of these objects, which is open.
void add_fields(const Finding& finding, const text::Wording& wording, text::Json* json);

}  // namespace reactortrack::analysis
