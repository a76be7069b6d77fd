// SPDX-License-Identifier: MIT
//
// What the tests of the Model share: a Model and the clock of the story it is told.
//
//   Story story;
//   story.at(10) << event::Created{.deferred = kD1} << event::Fired{.deferred = kD1};
#pragma once

#include <utility>

#include "core/replay/model.h"

namespace reactortrack::replay {

using event::CallableId;
using event::DeferredId;
using event::FailureId;
using event::Lane;
using event::Outcome;
using event::Result;
using event::StackId;
using event::StringId;
using event::ThreadId;
using event::WaitKind;

inline constexpr DeferredId kD1{1};
inline constexpr DeferredId kD2{2};
inline constexpr DeferredId kD3{3};
inline constexpr CallableId kF{1};
inline constexpr CallableId kG{2};

inline Result value() { return {.outcome = Outcome::kValue, .type = StringId{1}}; }
inline Result failure() { return {.outcome = Outcome::kFailureRaised, .failure = FailureId{1}}; }
inline Result deferred(DeferredId id) { return {.outcome = Outcome::kDeferred, .deferred = id}; }

struct Story {
  Model model;
  std::int64_t now = 0;

  Story& at(std::int64_t time_ns) {
    now = time_ns;
    return *this;
  }
  Story& operator<<(event::Body body) {
    model.apply({.time_ns = now, .body = std::move(body)});
    return *this;
  }
  State state(DeferredId id) const { return model.state_of(*model.find(id)); }
  const Deferred& of(DeferredId id) const { return *model.find(id); }
};

}  // namespace reactortrack::replay
