// SPDX-License-Identifier: MIT
//
// The async stack: who awaited the code that ran at some moment, and who awaited those. A coroutine
// that was suspended and goes on is called by the reactor; of who called it no stack says a word.
#pragma once

#include <string>
#include <vector>

#include "core/replay/model.h"
#include "core/text/wording.h"

namespace reactortrack::text {

// One that waited, at an event, for the code below it.
struct Awaiter {
  const replay::Deferred* deferred = nullptr;
  const replay::Wait* wait = nullptr;
};

// Those that wait for what `inside` runs, the nearest first; at most 16. `inside` ran at event `at`.
std::vector<Awaiter> awaiters(const replay::Model& model, const replay::Frame& inside,
                              replay::EventNumber at);
// "checkout #1, await (shop/cart.py:40 in checkout)"
std::string awaiter_text(const Wording& say, const Awaiter& awaiter);

}  // namespace reactortrack::text
