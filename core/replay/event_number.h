// SPDX-License-Identifier: MIT
//
// EventNumber: the place of an event in its recording, counted from 1; definitions are not counted.
// It is the clock of the replay: what changed says at which event, and a question names the event
// after which it is asked. 0 is before the first event, and for a stamp: it has not happened.
//
//   happened(pair.started_at, now) && !happened(pair.finished_at, now)      // running, then
#pragma once

#include <cstdint>

namespace reactortrack::replay {

enum class EventNumber : std::uint32_t { kNone = 0 };

constexpr std::uint32_t number(EventNumber event) { return static_cast<std::uint32_t>(event); }

constexpr bool happened(EventNumber stamp) { return stamp != EventNumber::kNone; }
// Whether it had happened after event `at`.
constexpr bool happened(EventNumber stamp, EventNumber at) {
  return happened(stamp) && stamp <= at;
}

}  // namespace reactortrack::replay
