// SPDX-License-Identifier: MIT
//
// What ran at given events, from the Model alone. A Deferred's creation and fire have it written
// down; for what happens far more often, callbacks being attached, it is worked out when asked.
//
//   const std::vector<PairIndex> ran = executing_at(model, {pair.attached_at, ...});
//
// Cost: one pass over the pairs, whatever the number of events: for few questions. A Timeline
// answers for a single event at once (its cursor()).
#pragma once

#include <cstdint>
#include <vector>

#include "core/replay/event_number.h"
#include "core/replay/model.h"
#include "core/replay/records.h"

namespace reactortrack::replay {

// The index of the thread that an event happened in.
std::uint16_t thread_at(const Model& model, EventNumber event);

// The innermost callback pair that ran at each of these events, in its thread; kNone where none ran.
// Events in rising order.
std::vector<PairIndex> executing_at(const Model& model, const std::vector<EventNumber>& events);

}  // namespace reactortrack::replay
