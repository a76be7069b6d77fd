// SPDX-License-Identifier: MIT
//
// LoopingCalls: loop-stopped, loop-stuck, loop-overlap.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/analysis/detectors.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using replay::happened;
using text::count_text;
using text::duration_text;
using text::plural;

namespace {

std::string loop_name(const Facts& facts, const replay::Loop& loop) {
  return "The loop of " + facts.function(loop.function) + ", started in " + facts.in(loop.stack) +
         " every " + duration_text(loop.interval_ns) + ",";
}

}  // namespace

// A LoopingCall that ended because its function raised, or the Deferred it returned failed. An error
// when no errback took the failure from what start() returned: nothing was logged then.
void find_stopped_loops(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Loop& each : facts.around().loops()) {
    const replay::Deferred* deferred = facts.find(each.deferred);
    if (deferred == nullptr || !deferred->fired() || !deferred->fired_value().is_failure())
      continue;
    const event::FailureId failure = deferred->fired_value().failure();
    const bool handled = !facts.value(*deferred).is_failure();
    if (facts.is_cancelled_error(failure)) continue;
    Finding& finding =
        look.add(Kind::kLoopStopped, handled ? Severity::kInfo : Severity::kError, each.deferred);
    look.since(deferred->fired_at, &finding);
    const event::StackId traceback = facts.traceback(failure);
    std::string& say = finding.message;
    say = loop_name(facts, each) + " ended " + facts.at(deferred->fired_at) + " in iteration " +
          count_text(each.iterations) + " with " + facts.failure(failure);
    if (traceback != event::StackId::kNone) say += " (raised in " + facts.in(traceback) + ")";
    say += "; it has not run for " + duration_text(finding.duration_ns) + ".";
    if (handled)
      say += " An errback took the failure, and nothing started the loop again.";
    else if (facts.has_errback(*deferred))
      say += " The errbacks of what start() returned did not take it.";
    else
      say += " What start() returned has no errback" +
             std::string(deferred->collected() ? "." : " and is kept, so nothing was logged.");
    facts.cite(Role::kCreated, each.stack, &finding);
    facts.cite(Role::kRaised, traceback, &finding);
    facts.cite(Role::kCulprit, facts.defined(each.function), &finding);
  }
}

// A LoopingCall that is not stopped, whose last iteration returned a Deferred that has not fired for
// more than three intervals and `pending`; or whose function has not returned.
void find_stuck_loops(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Loop& each : facts.around().loops()) {
    const replay::Deferred* deferred = facts.find(each.deferred);
    if (deferred == nullptr || deferred->fired() || deferred->collected()) continue;
    if (each.iterations == 0) continue;
    const replay::Deferred* returned = facts.find(each.returned);
    if (returned == nullptr || !facts.is_unfinished(*returned)) continue;
    const std::int64_t waited_ns = facts.age_ns(each.iteration_started_at);
    if (waited_ns < std::max(3 * each.interval_ns, look.options.pending_ns)) continue;
    const Bottom bottom = look.graph.bottom(*returned);
    const replay::Deferred* last = facts.find(bottom.deferred);
    const bool dead = bottom.in_cycle || !may_go_on(bottom.cause);
    const bool outside = facts.has_outside() && bottom.cause == Cause::kNothingKnown;
    const Severity severity = !dead     ? Severity::kInfo
                              : outside ? Severity::kWarning
                                        : Severity::kError;
    Finding& finding = look.add(Kind::kLoopStuck, severity, each.returned);
    look.since(each.iteration_started_at, &finding);
    std::string& say = finding.message;
    say = loop_name(facts, each) + " is stuck: its iteration " + count_text(each.iterations) +
          " began " + facts.at(each.iteration_started_at) + ", " + duration_text(waited_ns) +
          " before the end, and waits for " + facts.name(*returned);
    if (last != nullptr && last != returned)
      say += ", and that in the end for " + facts.name(*last);
    say +=
        ": " + look.graph.why(bottom) + ". The loop counts as running, but nothing is scheduled.";
    facts.cite_created(*returned, &finding);
    if (last != nullptr) facts.cite_created(*last, &finding);
    facts.cite(Role::kWaiter, each.stack, &finding);
    if (bottom.last != nullptr) facts.cite_waiter(*bottom.last, &finding);
    facts.cite(Role::kCulprit, facts.defined(each.function), &finding);
  }
}

namespace {

struct Pace {
  std::uint64_t gaps = 0;
  std::uint64_t late = 0;  // began an interval or more behind the plan
  std::uint64_t slow = 0;  // of the iterations, took longer than the interval
  std::int64_t longest_ns = 0;
  replay::EventNumber last_started{};
  replay::EventNumber first_slow{};
};

// Work that the iterations of a loop started and did not return.
struct Strays {
  struct Run {
    const replay::Deferred* deferred = nullptr;
    std::size_t iteration = 0;  // what one iteration starts is one run
  };
  std::vector<Run> under_way;   // those that go on, oldest first
  std::uint64_t most = 0;       // runs that were under way at once
  std::uint64_t in_middle = 0;  // after half of the iterations
  std::uint64_t at_last = 0;    // when the last one that starts any had begun
  const replay::Deferred* first = nullptr;

  void add(const replay::Deferred& deferred, std::size_t iteration) {
    constexpr std::size_t kMostKept = 1024;
    std::erase_if(under_way, [&](const Run& other) {
      return other.deferred->fired() && other.deferred->fired_at < deferred.seen_at;
    });
    under_way.push_back({&deferred, iteration});
    if (under_way.size() > kMostKept) under_way.erase(under_way.begin());
    if (first == nullptr) first = &deferred;
    at_last = 0;
    std::size_t before = SIZE_MAX;
    for (const Run& each : under_way)
      at_last += std::exchange(before, each.iteration) != each.iteration;
    most = std::max(most, at_last);
  }
  // More and more, to the end: the work comes faster than it is done.
  bool grows() const { return most > 3 && at_last == most && at_last * 2 >= in_middle * 3; }
};

}  // namespace

// A LoopingCall that can't keep its interval, because an iteration takes longer than that: in two or
// more iterations, and half of them. Or one whose function starts work that it does not return, so
// that iterations begin while the work of others before goes on: as worth knowing when it is done as
// fast as it comes (it may be meant), as a warning when more and more is under way, to the end.
void find_overlapping_loops(const Look& look) {
  const Facts& facts = look.facts;
  std::unordered_map<event::LoopId, Pace> paces;
  for (const replay::Iteration& each : facts.around().iterations()) {
    const replay::Loop* loop = facts.around().find(each.loop);
    if (loop == nullptr || loop->interval_ns <= 0) continue;
    Pace& pace = paces[each.loop];
    ++pace.gaps;
    const replay::Deferred* returned = facts.find(each.returned);
    const bool done = returned == nullptr || returned->fired();
    if (!done) continue;
    const std::int64_t end_ns =
        returned == nullptr ? facts.ns(each.ended_at)
                            : std::max(facts.ns(each.ended_at), facts.ns(returned->fired_at));
    const std::int64_t took_ns = end_ns - facts.ns(each.started_at);
    pace.longest_ns = std::max(pace.longest_ns, took_ns);
    if (took_ns <= loop->interval_ns) continue;
    ++pace.slow;
    if (!happened(pace.first_slow)) pace.first_slow = each.started_at;
  }
  for (const replay::Loop& each : facts.around().loops()) {
    const auto found = paces.find(each.id);
    if (found == paces.end()) continue;
    const Pace& pace = found->second;
    if (pace.slow < 2 || pace.slow * 2 < pace.gaps) continue;
    Finding& finding = look.add(Kind::kLoopOverlap, Severity::kInfo, each.deferred);
    look.since(pace.first_slow, &finding);
    finding.message = loop_name(facts, each) +
                      " can't keep its interval: " + count_text(pace.slow) + " of " +
                      plural(pace.gaps, "iteration") + " took longer than that, the longest " +
                      duration_text(pace.longest_ns) + ". The runs in between are left out.";
    facts.cite(Role::kCreated, each.stack, &finding);
    facts.cite(Role::kCulprit, facts.defined(each.function), &finding);
  }

  // Deferreds come in the order of their first events, as do iterations: one walk over both.
  const auto& iterations = facts.around().iterations();
  if (iterations.empty()) return;
  std::unordered_map<event::LoopId, Strays> strays;
  std::unordered_map<event::LoopId, std::uint32_t> begun;
  const auto pass = [&](const replay::Iteration& iteration) {
    const replay::Loop* loop = facts.around().find(iteration.loop);
    const auto stray = strays.find(iteration.loop);
    if (loop != nullptr && ++begun[iteration.loop] == loop->iterations / 2 && stray != strays.end())
      stray->second.in_middle = stray->second.at_last;
  };
  std::size_t at = 0;
  for (const replay::Deferred& each : facts.model().deferreds()) {
    while (at < iterations.size() && iterations[at].ended_at < each.seen_at) pass(iterations[at++]);
    if (at == iterations.size()) break;
    const replay::Iteration& iteration = iterations[at];
    if (iteration.started_at > each.seen_at ||
        facts.origin(each).coroutine == event::CallableId::kNone)
      continue;
    if (each.id == iteration.returned ||
        facts.model().ties(each).newest_waiter != replay::WaitIndex::kNone)
      continue;
    strays[iteration.loop].add(each, at);
  }
  for (const auto& [id, stray] : strays) {
    const replay::Loop* loop = facts.around().find(id);
    if (stray.most < 2 || loop == nullptr) continue;
    Finding& finding = look.add(
        Kind::kLoopOverlap, stray.grows() ? Severity::kWarning : Severity::kInfo, stray.first->id);
    look.since(stray.first->seen_at, &finding);
    finding.message =
        loop_name(facts, *loop) + " runs over itself: up to " + count_text(stray.most) +
        " runs of " + facts.function(facts.origin(*stray.first).coroutine) +
        " that it started were under way at once" + (stray.grows() ? ", more and more" : "") +
        ", because its function does not return the Deferred that they give. Return"
        " it, and the loop waits for it.";
    facts.cite(Role::kCreated, loop->stack, &finding);
    facts.cite(Role::kCulprit, facts.origin(*stray.first).created_stack, &finding);
    facts.cite_created(*stray.first, &finding);
    facts.cite(Role::kCulprit, facts.defined(loop->function), &finding);
  }
}

}  // namespace reactortrack::analysis
