// SPDX-License-Identifier: MIT
//
// What a tile's area stands for.
#pragma once

#include <cstdint>
#include <span>

#include "core/map/tree.h"
#include "core/replay/model.h"

namespace reactortrack::map {

enum class Weight : std::uint8_t {
  kCount = 0,     // one for each pair, portal and Deferred without anything inside
  kOwnTime = 1,   // pairs: how long they ran, less what ran within them
  kWaitTime = 2,  // pairs: how long the value was waited for; Deferreds without pairs: until fired
};

// Weights of all nodes: those of leaves by `weight`, those of containers the sum of what is inside.
// What took no time has a small weight all the same (all of them together at most a 20th of the
// map), because a tile without area could not be seen, or chosen.
void set_weights(const replay::Model& model, const Tree& tree, Weight weight,
                 std::span<float> weights);

// Until the end of the recording for what has no end.
std::int64_t own_ns(const replay::Model& model, const replay::Pair& pair);
// From when it could have run (it was attached, and the pair before it had ended) until it did.
// `ready`: the end of the pair before it, kNone for the first.
std::int64_t wait_ns(const replay::Model& model, const replay::Pair& pair,
                     replay::EventNumber ready);
// From its first event until it was fired.
std::int64_t pending_ns(const replay::Model& model, const replay::Deferred& deferred);

}  // namespace reactortrack::map
