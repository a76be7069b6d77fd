// SPDX-License-Identifier: MIT
//
// The history of one Deferred as a JSON object: what `show --json` prints.
#pragma once

#include <string>

#include "core/replay/model.h"
#include "core/text/wording.h"

namespace reactortrack::text {

std::string deferred_json(const Wording& wording, const replay::Deferred& deferred);

}  // namespace reactortrack::text
