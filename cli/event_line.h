// SPDX-License-Identifier: MIT
//
// One line of text an event, in columns:
//
//      0.101234  #1       finished        simpleCallback -> int              1.001 s
#pragma once

#include <string>

#include "cli/terminal.h"
#include "core/event/event.h"
#include "core/text/wording.h"

namespace reactortrack::cli {

// The line with its line end. `wording.model()` must have seen the event already.
std::string event_line(const event::Event& event, const text::Wording& wording, const Style& style);

}  // namespace reactortrack::cli
