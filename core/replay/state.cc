// SPDX-License-Identifier: MIT
#include "core/replay/state.h"

namespace reactortrack::replay {

std::string_view word(State state) {
  switch (state) {
    case State::kPending: return "pending";
    case State::kRunning: return "running";
    case State::kWaiting: return "waiting";
    case State::kPaused: return "paused";
    case State::kSucceeded: return "succeeded";
    case State::kFailed: return "failed";
    case State::kCancelled: return "cancelled";
  }
  return "";
}

std::string_view word(PairState state) {
  switch (state) {
    case PairState::kAttached: return "attached";
    case PairState::kRunning: return "running";
    case PairState::kFinished: return "finished";
    case PairState::kPassed: return "passed";
  }
  return "";
}

}  // namespace reactortrack::replay
