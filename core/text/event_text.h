// SPDX-License-Identifier: MIT
//
// What an event says, as the columns of a line that stand beside its time and kind:
//
//      #1       (finished)   simpleCallback -> int    1.001 s
#pragma once

#include <string>

#include "core/event/event.h"
#include "core/replay/event_number.h"
#include "core/text/wording.h"

namespace reactortrack::text {

struct EventText {
  std::string subject;  // "#12", "call 3"; empty for what concerns neither
  std::string detail;
  std::string last;  // the place, or how long it took
  bool bad = false;  // a failure, or something lost
};

// What `event`, the one of that number, says. `wording.model()` must have seen it already, and may
// have seen later ones.
EventText event_text(const event::Event& event, replay::EventNumber number, const Wording& wording);

// Whether the event names this Deferred in any of its fields.
bool concerns(const event::Event& event, event::DeferredId id);

}  // namespace reactortrack::text
