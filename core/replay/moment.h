// SPDX-License-Identifier: MIT
//
// What was the case after a given event, worked out from the event numbers in the Model's records.
//
//   const Moment then = moment_of(model, deferred, at);       // once a Deferred
//   state_of(then, pair, position);                           // then each of its pairs
//
// Cost: a Deferred with few pairs and waits is looked through; one with many keeps a history that is
// searched, so any takes well under a microsecond.
#pragma once

#include <cstdint>

#include "core/replay/event_number.h"
#include "core/replay/model.h"
#include "core/replay/records.h"
#include "core/replay/state.h"

namespace reactortrack::replay {

// One Deferred after an event.
struct Moment {
  EventNumber at{};
  bool known = false;  // its first event had happened
  bool fired = false;
  bool running = false;
  bool collected = false;
  State state = State::kPending;
  PairIndex current_pair{};  // the last one that had started
  std::uint32_t current_position = 0;
  std::uint32_t next_position = Model::kNoPosition;  // of the pair that will take the value
};

Moment moment_of(const Model& model, const Deferred& deferred, EventNumber at);
PairState state_of(const Moment& moment, const Pair& pair, std::uint32_t position);

State state_of(const Model& model, const Deferred& deferred, EventNumber at);
PairState state_of(const Model& model, const Deferred& deferred, const Pair& pair,
                   std::uint32_t position, EventNumber at);

// What travelled along its chain.
Value value_of(const Model& model, const Deferred& deferred, EventNumber at);
// Whether this wait kept its Deferred from going on.
bool holds_up(const Model& model, const Wait& wait, EventNumber at);
// The newest wait that held it up, or nullptr.
const Wait* held_up_by(const Model& model, const Deferred& deferred, EventNumber at);

}  // namespace reactortrack::replay
