// SPDX-License-Identifier: MIT
//
// Work that nobody waits for, and traces it leaves: dropped-work, outlives-owner, context-leak.
#include "core/analysis/detectors.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::WaitKind;
using replay::happened;
using text::duration_text;
using text::plural;

namespace {

// Nobody attached to it, waited for it, took it over or has it from a loop or trigger.
bool is_dropped(const Facts& facts, const replay::Deferred& deferred) {
  if (facts.model().ties(deferred).newest_waiter != replay::WaitIndex::kNone ||
      facts.is_taken(deferred.id) || facts.is_awaited(deferred.id))
    return false;
  if (facts.loop(deferred.id) != nullptr || facts.trigger(deferred.id) != nullptr ||
      facts.acquisition(deferred.id) != nullptr || facts.as_future(deferred.id) != nullptr)
    return false;
  return facts.own_pair(deferred) == nullptr && !facts.has_errback(deferred);
}

}  // namespace

// A coroutine object that was never awaited. And a Deferred made in a coroutine or by calling one,
// that nobody attached a callback to, awaited, returned or kept in a list, while the coroutine that
// made it went on: most often a missing `yield` or `await`. It is an error when it failed; otherwise
// it may be meant so.
void find_dropped_work(const Look& look) {
  const Facts& facts = look.facts;
  std::size_t looked_for = 0;
  for (const replay::NeverAwaited& each : facts.around().never_awaited()) {
    if (each.at >= facts.living_end()) continue;
    Finding& finding = look.add(Kind::kDroppedWork, Severity::kWarning);
    look.since(each.at, &finding);
    finding.duration_ns = 0;
    constexpr std::size_t kMostLookedFor = 64;
    const bool look_for = ++looked_for <= kMostLookedFor;
    const event::StackId dropped = look_for ? facts.cause(each.stack, each.at) : each.stack;
    const bool by_call = dropped != each.stack;
    finding.message = "The coroutine " + facts.function(each.function) +
                      " was made but never awaited: none of its code ran. It was dropped " +
                      (by_call ? "by the delayed call scheduled in " : "in ") + facts.in(dropped) +
                      " " + facts.at(each.at) +
                      (by_call ? "; give callLater a function that calls ensureDeferred()."
                               : "; an `await` is missing.");
    facts.cite(Role::kCulprit, dropped, &finding);
    facts.cite(Role::kCreated, facts.defined(each.function), &finding);
  }
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (facts.origin(each).created_stack == event::StackId::kNone || facts.is_internal(each))
      continue;
    const event::Site& maker = facts.place(facts.origin(each).created_stack);
    if (!facts.is_coroutine(maker) || !is_dropped(facts, each)) continue;
    // One that had its result when it was made, as succeed() gives, leaves nothing to wait for.
    const bool at_once =
        each.fired() && each.pair_count == 0 &&
        facts.ns(each.fired_at) - facts.ns(facts.created_at(each)) < kMillisecond &&
        !each.fired_value().is_failure();
    if (at_once) continue;
    const event::FailureId failure = facts.value(each).failure();
    const bool failed = failure != event::FailureId::kNone;
    Finding& finding =
        look.add(Kind::kDroppedWork, failed ? Severity::kError : Severity::kInfo, each.id);
    look.since(facts.created_at(each), &finding);
    std::string& say = finding.message;
    const std::string function = facts.say().text(maker.function);
    say = function + " (" + facts.say().place(maker) + ") started ";
    say += facts.origin(each).coroutine != event::CallableId::kNone
               ? facts.function(facts.origin(each).coroutine)
               : "a " + facts.say().type(facts.origin(each).type, "Deferred");
    say +=
        " " + facts.at(facts.created_at(each)) +
        " and dropped the Deferred: no callback was ever attached to it, and nothing awaited it.";
    if (failed) {
      say += " It failed " +
             duration_text(facts.ns(each.fired_at) - facts.ns(facts.created_at(each))) +
             " later with " + facts.failure(failure);
      const event::StackId traceback = facts.traceback(failure);
      if (traceback != event::StackId::kNone) say += " (raised in " + facts.in(traceback) + ")";
      say += ", and nobody was told.";
    } else if (each.fired()) {
      say += " It was done " +
             duration_text(facts.ns(each.fired_at) - facts.ns(facts.created_at(each))) + " later.";
    } else {
      say += " It had not ended when the recording did.";
    }
    say += " A `yield` or `await` may be missing.";
    facts.cite(Role::kCulprit, maker, &finding);
    facts.cite_created(each, &finding);
    facts.cite_raised(failure, &finding);
  }
}

namespace {

// What the program did in a member after its list was over.
struct Aftermath {
  bool worked = false;  // callbacks of the program ran, or its coroutine went on
  bool failed = false;
};

Aftermath aftermath(const Facts& facts, const replay::Deferred& member,
                    replay::EventNumber over_at) {
  Aftermath after;
  after.worked = facts.origin(member).coroutine != event::CallableId::kNone;
  facts.each_pair(member, [&](const replay::Pair& pair) {
    if (!happened(pair.finished_at) || pair.started_at < over_at) return;
    after.worked |= facts.is_own(facts.ran(pair));
    after.failed |= pair.value().is_failure() && !facts.is_cancelled_error(pair.value().failure());
  });
  const event::FailureId failure = member.fired_value().failure();
  after.failed |= failure != event::FailureId::kNone && !facts.is_cancelled_error(failure);
  return after;
}

}  // namespace

// Members of a list that went on after the list had failed with another member's failure: whoever
// waited for the list was told that it is over. A warning when such a member failed afterwards. And
// those in which the program still did something after the first result had ended a race.
void find_outliving(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Deferred& list : facts.model().deferreds()) {
    if (!list.fired() || facts.is_internal(list)) continue;
    if (facts.model().ties(list).newest_wait == replay::WaitIndex::kNone) continue;
    const bool failed = list.fired_value().is_failure();
    std::uint64_t late = 0;
    std::uint64_t worked = 0;
    std::uint64_t failed_late = 0;
    std::int64_t longest_ns = 0;
    const replay::Deferred* worst = nullptr;
    facts.each_wait(list, [&](const replay::Wait& wait) {
      if (wait.how != WaitKind::kListMember) return;
      const replay::Deferred* member = facts.find(wait.on);
      if (member == nullptr || member->cancelled) return;
      if (happened(wait.ended_at) && wait.ended_at <= list.fired_at) return;
      if (happened(member->fired_at) && member->fired_at <= list.fired_at) return;
      const std::int64_t end_ns =
          member->fired() ? facts.ns(member->fired_at) : facts.living_end_ns();
      const std::int64_t after_ns = end_ns - facts.ns(list.fired_at);
      constexpr std::int64_t kSameMoment = 5 * kMillisecond;
      if (after_ns < kSameMoment) return;
      ++late;
      const Aftermath after = aftermath(facts, *member, list.fired_at);
      worked += after.worked ? 1 : 0;
      failed_late += after.failed ? 1 : 0;
      if (after_ns < longest_ns) return;
      longest_ns = after_ns;
      worst = member;
    });
    // The losers of a race may be wanted.
    if (late == 0 || (!failed && worked == 0)) continue;
    Finding& finding = look.add(Kind::kOutlivesOwner,
                                failed_late != 0 ? Severity::kWarning : Severity::kInfo, worst->id);
    look.since(list.fired_at, &finding);
    finding.duration_ns = longest_ns;
    const event::FailureId failure = list.fired_value().failure();
    std::string& say = finding.message;
    const std::string name = facts.name(list);
    say = "T" + name.substr(1) +
          (failed ? ", failed with " + facts.failure(failure) : ", had its first result") + " " +
          facts.at(list.fired_at) + ", but " + plural(late, "member") +
          " of it went on, the longest for another " + duration_text(longest_ns) + " (" +
          facts.name(*worst) + "). Nobody waits for what they do; cancel them when the list " +
          (failed ? "fails." : "is done.");
    if (failed_late != 0)
      say += " " + text::count_text(failed_late) + " of them failed afterwards.";
    facts.cite_created(*worst, &finding);
    facts.cite(Role::kCulprit, facts.origin(list).created_stack, &finding);
    facts.each_wait(list, [&](const replay::Wait& wait) {
      const replay::Deferred* member = facts.find(wait.on);
      if (member != nullptr && facts.value(*member).is_failure())
        facts.cite_raised(facts.value(*member).failure(), &finding);
    });
  }
}

// A context variable that has another value for the code that fired a Deferred, because a callback
// that ran in between set it and did not set it back.
void find_context_leaks(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::ContextChange& each : facts.around().context_changes()) {
    const replay::Deferred* deferred = facts.find(each.deferred);
    Finding& finding = look.add(Kind::kContextLeak, Severity::kWarning, each.deferred);
    look.since(each.at, &finding);
    finding.duration_ns = 0;
    std::string& say = finding.message;
    say = "The context variable " + facts.say().text(each.variable) +
          " has another value for the code in " + facts.in(each.stack) + " " + facts.at(each.at) +
          ", because a callback of " +
          (deferred == nullptr ? text::deferred_text(each.deferred) : facts.name(*deferred)) +
          ", which it fired, set it.";
    const replay::Pair* ran = nullptr;
    if (deferred != nullptr)
      facts.each_pair(*deferred, [&](const replay::Pair& pair) {
        if (happened(pair.started_at, each.at) && facts.is_own(facts.ran(pair))) ran = &pair;
      });
    if (ran != nullptr) {
      say += " The last of its callbacks to run was " + facts.function(facts.ran(*ran)) + ".";
      facts.cite(Role::kCulprit, facts.defined(facts.ran(*ran)), &finding);
      facts.cite(Role::kAttached, facts.attachment(*ran).stack, &finding);
      // Any of those before it may be the one.
      constexpr std::size_t kMostCited = 6;
      facts.each_pair(*deferred, [&](const replay::Pair& pair) {
        if (happened(pair.started_at, each.at) && facts.is_own(facts.ran(pair)) &&
            finding.sites.size() < kMostCited)
          facts.cite(Role::kCulprit, facts.defined(facts.ran(pair)), &finding);
      });
    }
    facts.cite(Role::kFired, each.stack, &finding);
    if (deferred != nullptr) facts.cite_created(*deferred, &finding);
  }
}

}  // namespace reactortrack::analysis
