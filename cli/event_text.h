// SPDX-License-Identifier: MIT
//
// One line of text an event, in columns:
//
//      0.101234  #1       finished        simpleCallback -> int              1.001 s
#pragma once

#include <string>

#include "cli/text.h"
#include "cli/wording.h"
#include "core/event/event.h"

namespace reactortrack::cli {

// What the columns after the time hold.
struct EventText {
  std::string subject;  // "#12", "call 3"; empty for what concerns neither
  std::string detail;
  std::string last;  // the place, or how long it took
  bool bad = false;  // a failure, or something lost
};

// What `event` says. `wording.model()` must have seen it already.
EventText event_text(const event::Event& event, const Wording& wording);

// The line itself, with its line end.
std::string event_line(const event::Event& event, const Wording& wording, const Style& style);

// Whether the event names this Deferred in any of its fields.
bool concerns(const event::Event& event, event::DeferredId id);

}  // namespace reactortrack::cli
