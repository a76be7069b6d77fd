// SPDX-License-Identifier: MIT
//
// The history of one Deferred as a JSON object: what `show --json` prints.
#pragma once

#include <string>

#include "cli/wording.h"
#include "core/replay/model.h"

namespace reactortrack::cli {

std::string deferred_json(const Wording& wording, const replay::Deferred& deferred);

}  // namespace reactortrack::cli
