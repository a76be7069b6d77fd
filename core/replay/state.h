// SPDX-License-Identifier: MIT
//
// The states a Deferred can be in, and the words people and JSON see for them.
#pragma once

#include <cstdint>
#include <string_view>

namespace reactortrack::replay {

enum class State : std::uint8_t {
  kPending = 0,    // not fired, and nothing is known that it waits for
  kRunning = 1,    // one of its callbacks is executing
  kWaiting = 2,    // its chain, coroutine or list waits for another Deferred
  kPaused = 3,     // fired, and held by pause()
  kSucceeded = 4,  // fired, the chain has run dry on a value
  kFailed = 5,     // fired, the chain has run dry on a failure
  kCancelled = 6,  // failed because cancel() was called
};

inline constexpr int kStateCount = 7;

// What became of one callback pair.
enum class PairState : std::uint8_t {
  kAttached = 0,  // its turn has not come
  kRunning = 1,
  kFinished = 2,
  kPassed = 3,  // the value went past it: it had nothing on that side
};

// Whether a value or a failure has come to rest at the end of the chain, or to where it goes on.
constexpr bool has_settled(State state) {
  return state == State::kSucceeded || state == State::kFailed || state == State::kCancelled;
}

std::string_view word(State state);
std::string_view word(PairState state);

}  // namespace reactortrack::replay
