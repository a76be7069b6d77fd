// SPDX-License-Identifier: MIT
//
// Records that only segments of a flight recorder's ring hold: where the segment stands in the
// recording, and what was there when it began. Part of the table in event.h.
//
// What is carried is told within the segment before anything else happens to it, and describes the
// moment the segment began. log::join() turns it into ordinary events when segments become one
// recording, so that nothing behind it needs to know these kinds.
#pragma once

#include <cstdint>

#include "core/event/ids.h"
#include "core/event/values.h"

namespace reactortrack::event {

// A segment begins.
struct Segment {
  static constexpr EventKind kKind = EventKind::kSegment;
  static constexpr const char* kName = "segment";
  std::uint64_t segment = 0;  // its number, from 1
  std::uint64_t events = 0;   // recorded in the segments before it
  // The highest serials that were given before it.
  std::uint32_t deferreds = 0;
  std::uint32_t failures = 0;
  std::uint32_t calls = 0;
  static constexpr auto fields() {
    return fields_of(field("segment", &Segment::segment), field("events", &Segment::events),
                     field("deferreds", &Segment::deferreds), field("failures", &Segment::failures),
                     field("calls", &Segment::calls));
  }
};

// A Deferred that an earlier segment created. Its pairs that have not run follow as `carried_pair`,
// who waits for it as `carried_wait`.
struct Carried {
  static constexpr EventKind kKind = EventKind::kCarried;
  static constexpr const char* kName = "carried";
  DeferredId deferred{};
  StringId type{};
  Address address{};
  CallableId canceller{};
  CallableId function{};  // the coroutine whose result it is
  Duration age{};         // since its creation
  EndState state{};
  std::uint32_t attached = 0;  // pairs so far, those that ran included
  Result result{};             // what it holds, once it has fired
  StackId stack{};             // of its creation
  static constexpr auto fields() {
    return fields_of(field("deferred", &Carried::deferred), field("type", &Carried::type),
                     field("id", &Carried::address), field("canceller", &Carried::canceller),
                     field("function", &Carried::function), field("age", &Carried::age),
                     field("state", &Carried::state), field("attached", &Carried::attached),
                     field("result", &Carried::result), field("stack", &Carried::stack));
  }
};

struct CarriedPair {
  static constexpr EventKind kKind = EventKind::kCarriedPair;
  static constexpr const char* kName = "carried_pair";
  DeferredId deferred{};
  std::uint32_t position = 0;
  CallableId callback{};
  CallableId errback{};
  static constexpr auto fields() {
    return fields_of(
        field("deferred", &CarriedPair::deferred), field("position", &CarriedPair::position),
        field("callback", &CarriedPair::callback), field("errback", &CarriedPair::errback));
  }
};

// As `waiting`.
struct CarriedWait {
  static constexpr EventKind kKind = EventKind::kCarriedWait;
  static constexpr const char* kName = "carried_wait";
  DeferredId deferred{};
  DeferredId on{};
  WaitKind how{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &CarriedWait::deferred), field("on", &CarriedWait::on),
                     field("how", &CarriedWait::how), field("stack", &CarriedWait::stack));
  }
};

// A delayed call that is still to come.
struct CarriedCall {
  static constexpr EventKind kKind = EventKind::kCarriedCall;
  static constexpr const char* kName = "carried_call";
  DelayedCallId call{};
  CallableId function{};
  Duration age{};    // since it was scheduled
  Duration delay{};  // from now until it is due
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("call", &CarriedCall::call), field("function", &CarriedCall::function),
                     field("age", &CarriedCall::age), field("delay", &CarriedCall::delay),
                     field("stack", &CarriedCall::stack));
  }
};

}  // namespace reactortrack::event
