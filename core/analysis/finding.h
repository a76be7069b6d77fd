// SPDX-License-Identifier: MIT
//
// A finding: one thing that is wrong, or worth knowing, in a sentence, with the places it points at.
//
// The words of kinds, severities and roles are fixed: scripts and the page depend on them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/event.h"
#include "core/replay/event_number.h"

namespace reactortrack::analysis {

enum class Kind : std::uint8_t {
  kNeverFired,
  kWaitCycle,
  kUnhandledFailure,
  kFailureTrace,
  kDroppedWork,
  kFiredTwice,
  kCancelIneffective,
  kCancelledBy,
  kFailureSwallowed,
  kResultTaken,
  kDeferredAsValue,
  kUnbalancedPause,
  kLockHeld,
  kPoolExhausted,
  kPilingUp,
  kStarved,
  kDeepRecursion,
  kReactorBlocked,
  kWrongThread,
  kLoopStopped,
  kLoopStuck,
  kLoopOverlap,
  kOutlivesOwner,
  kCollectedPending,
  kContextLeak,
  kSlow,
};
inline constexpr int kKindCount = 26;

enum class Severity : std::uint8_t {
  kInfo = 0,     // worth knowing; healthy programs have them too
  kWarning = 1,  // most likely wrong
  kError = 2,    // wrong
};

enum class Role : std::uint8_t {
  kCreated,
  kFired,
  kFiredAgain,
  kAttached,
  kRaised,
  kWaiter,
  kCancelled,
  kCulprit,
  kHolder,
  kChained,
  kCollected,
  kCaller,
};

std::string_view word(Kind kind);
std::string_view word(Severity severity);
std::string_view word(Role role);
// What the kind means, as a heading: "Never fired".
std::string_view heading(Kind kind);
// False when there is no such kind.
bool parse(std::string_view word, Kind* kind);

struct CitedSite {
  Role role{};
  event::Site site{};
  friend bool operator==(const CitedSite& a, const CitedSite& b) {
    return a.role == b.role && a.site.file == b.site.file && a.site.line == b.site.line &&
           a.site.function == b.site.function;
  }
};

struct Finding {
  Kind kind{};
  Severity severity{};
  std::string message;
  event::DeferredId deferred{};  // the one to look at first; none when it is about no Deferred
  std::vector<CitedSite> sites;  // the most telling first
  // Who called those places: told behind them, but findings with the same `sites` are one whoever
  // called.
  std::vector<CitedSite> callers;
  replay::EventNumber event{};            // where to look in the recording
  std::int64_t since_ns = 0;              // when it began
  std::int64_t duration_ns = 0;           // how long it lasted, or had lasted at the end
  std::uint64_t count = 1;                // of the same at the same places
  std::vector<event::DeferredId> others;  // of them, a few more
};

}  // namespace reactortrack::analysis
