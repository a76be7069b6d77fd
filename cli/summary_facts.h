// SPDX-License-Identifier: MIT
//
// What `summary` tells: counts over the whole of a replay. One pass over its records.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/event/event.h"
#include "core/replay/model.h"
#include "core/replay/state.h"
#include "core/text/wording.h"

namespace reactortrack::cli {

struct CreationSite {
  event::Site site{};
  std::uint64_t created = 0;
  std::uint64_t unfired = 0;   // of them, at the end
  std::int64_t oldest_ns = 0;  // how long the oldest that is unfired and alive has been there
  std::int64_t own_ns = 0;     // own time of their callbacks and coroutines
  std::int64_t wait_ns = 0;    // from creation until fired, collected, or the end; all together
};

// By what creation sites are sorted; the most of it first.
enum class SiteOrder : std::uint8_t { kCount, kAge, kOwn, kWait };

struct CallbackTime {
  event::CallableId callable{};
  std::uint64_t runs = 0;
  std::uint64_t failed = 0;  // runs that ended with a failure
  std::int64_t own_ns = 0;
  std::int64_t longest_ns = 0;
};

struct UnhandledFailure {
  event::DeferredId deferred{};
  event::FailureId failure{};
  bool held = false;  // still referenced at the end: Twisted has said nothing about it
};

struct SummaryFacts {
  std::array<std::uint64_t, replay::kStateCount> states{};  // at the end, or when collected
  std::uint64_t deferreds = 0;
  std::uint64_t collected = 0;
  std::uint64_t unfired_alive = 0;      // never fired, still there at the end
  std::uint64_t unfired_collected = 0;  // never fired, and gone
  std::vector<CreationSite> creation_sites;
  std::vector<CallbackTime> callbacks;      // most own time first
  std::vector<UnhandledFailure> unhandled;  // in the order of their Deferreds
  std::vector<event::DeferredId> waiting;   // alive; the longest wait first
  std::int64_t callback_ns = 0;             // own time of all callbacks
  std::int64_t longest_block_ns = 0;        // between two polls of the reactor
  std::int64_t longest_block_at_ns = 0;     // when it began
};

SummaryFacts summary_facts(const text::Wording& wording, SiteOrder order = SiteOrder::kCount);

}  // namespace reactortrack::cli
