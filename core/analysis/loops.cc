// SPDX-License-Identifier: MIT
//
// LoopingCalls: loop-stopped, loop-stuck, loop-overlap.
#include <algorithm>
#include <unordered_map>

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

// Work that iterations started and did not return: how many of them were at it at once.
struct Strays {
  std::uint64_t now = 0;
  std::uint64_t most = 0;
  const replay::Deferred* first = nullptr;
};

}  // namespace

// A LoopingCall that can't keep its interval, because an iteration takes longer than that: in two or
// more iterations, and half of them. Or one whose function starts work that it does not return, so
// that a new iteration begins while the work of three before it goes on.
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
  std::unordered_map<event::LoopId, std::vector<const replay::Deferred*>> open;
  std::unordered_map<event::LoopId, Strays> strays;
  std::size_t at = 0;
  for (const replay::Deferred& each : facts.model().deferreds()) {
    while (at < iterations.size() && iterations[at].ended_at < each.seen_at) ++at;
    if (at == iterations.size()) break;
    const replay::Iteration& iteration = iterations[at];
    if (iteration.started_at > each.seen_at ||
        facts.origin(each).coroutine == event::CallableId::kNone)
      continue;
    if (each.id == iteration.returned ||
        facts.model().ties(each).newest_waiter != replay::WaitIndex::kNone)
      continue;
    std::vector<const replay::Deferred*>& running = open[iteration.loop];
    std::erase_if(running, [&](const replay::Deferred* other) {
      return other->fired() && other->fired_at < each.seen_at;
    });
    running.push_back(&each);
    Strays& stray = strays[iteration.loop];
    if (stray.first == nullptr) stray.first = &each;
    stray.most = std::max<std::uint64_t>(stray.most, running.size());
    constexpr std::size_t kMostKept = 1024;
    if (running.size() > kMostKept) running.erase(running.begin());
  }
  for (const auto& [id, stray] : strays) {
    const replay::Loop* loop = facts.around().find(id);
    if (stray.most < 2 || loop == nullptr) continue;
    Finding& finding = look.add(
        Kind::kLoopOverlap, stray.most > 3 ? Severity::kWarning : Severity::kInfo, stray.first->id);
    look.since(stray.first->seen_at, &finding);
    finding.message = loop_name(facts, *loop) + " runs over itself: up to " +
                      count_text(stray.most) + " runs of " +
                      facts.function(facts.origin(*stray.first).coroutine) +
                      " that it started were under way at once, because its function does not"
                      " return the Deferred that they give. Return it, and the loop waits for it.";
    facts.cite(Role::kCreated, loop->stack, &finding);
    facts.cite(Role::kCulprit, facts.origin(*stray.first).created_stack, &finding);
    facts.cite_created(*stray.first, &finding);
    facts.cite(Role::kCulprit, facts.defined(loop->function), &finding);
  }
}

}  // namespace reactortrack::analysis
