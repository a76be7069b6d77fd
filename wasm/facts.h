// SPDX-License-Identifier: MIT
//
// What the records of a Deferred say, added up: when anything happened to it, and how long it ran and
// waited up to an event.
#pragma once

#include <cstdint>
#include <vector>

#include "core/replay/model.h"

namespace reactortrack::wasm {

// The events that changed it, in order, each once.
std::vector<replay::EventNumber> events_of(const replay::Model& model,
                                           const replay::Deferred& deferred);
std::vector<replay::EventNumber> events_of(const replay::Pair& pair);

// From its first event until it was collected.
std::int64_t age_ns(const replay::Model& model, const replay::Deferred& deferred,
                    replay::EventNumber at);
// What its callbacks that have ended took themselves.
std::int64_t own_ns(const replay::Model& model, const replay::Deferred& deferred,
                    replay::EventNumber at);
// How long it waited for others; for the members of a list at the same time.
std::int64_t wait_ns(const replay::Model& model, const replay::Deferred& deferred,
                     replay::EventNumber at);

}  // namespace reactortrack::wasm
