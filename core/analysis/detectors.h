// SPDX-License-Identifier: MIT
//
// The detectors. Each looks for one kind of finding, over the whole recording; its rule stands in
// words above its definition. All are linear in the records they look at.
#pragma once

#include <functional>
#include <vector>

#include "core/analysis/facts.h"
#include "core/analysis/finding.h"
#include "core/analysis/options.h"
#include "core/analysis/wait_graph.h"

namespace reactortrack::analysis {

// What a detector is given, and where its findings go.
struct Look {
  const Facts& facts;
  const WaitGraph& graph;
  const Options& options;
  std::vector<Finding>* findings;
  // Takes what was found so far: some find the same a hundred thousand times.
  const std::function<void()>& take;

  // Valid until the next one is added.
  Finding& add(Kind kind, Severity severity, event::DeferredId deferred = {}) const {
    constexpr std::size_t kMostAtOnce = 1000;
    if (findings->size() >= kMostAtOnce) take();
    Finding& finding = findings->emplace_back();
    finding.kind = kind;
    finding.severity = severity;
    finding.deferred = deferred;
    return finding;
  }
  // When it began: event, and how long until the end.
  void since(replay::EventNumber event, Finding* finding) const {
    finding->event = event;
    finding->since_ns = facts.ns(event);
    finding->duration_ns = facts.age_ns(event);
  }
};

// pending.cc
void find_never_fired(const Look& look);
void find_wait_cycles(const Look& look);
void find_collected_pending(const Look& look);
// locks.cc
void find_locks_held(const Look& look);
void find_exhausted_pools(const Look& look);
// failures.cc
void find_unhandled_failures(const Look& look);
void find_failure_traces(const Look& look);
// swallowed.cc
void find_swallowed_failures(const Look& look);
// firing.cc
void find_fired_twice(const Look& look);
void find_wrong_threads(const Look& look);
void find_deep_recursion(const Look& look);
// cancelling.cc
void find_ineffective_cancels(const Look& look);
void find_who_cancelled(const Look& look);
// taken.cc
void find_taken_results(const Look& look);
// results.cc
void find_deferreds_as_values(const Look& look);
// pauses.cc
void find_unbalanced_pauses(const Look& look);
// owners.cc
void find_dropped_work(const Look& look);
void find_outliving(const Look& look);
void find_context_leaks(const Look& look);
// loops.cc
void find_stopped_loops(const Look& look);
void find_stuck_loops(const Look& look);
void find_overlapping_loops(const Look& look);
// reactor.cc
void find_blocked_reactor(const Look& look);
// starved.cc
void find_starved_calls(const Look& look);
// growth.cc
void find_piles(const Look& look);
void find_slow(const Look& look);

}  // namespace reactortrack::analysis
