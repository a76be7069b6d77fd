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
  if (deferred.newest_waiter != replay::WaitIndex::kNone || facts.is_taken(deferred.id))
    return false;
  if (facts.loop(deferred.id) != nullptr || facts.trigger(deferred.id) != nullptr ||
      facts.acquisition(deferred.id) != nullptr || facts.is_future(deferred.id))
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
  for (const replay::NeverAwaited& each : facts.around().never_awaited()) {
    if (each.at >= facts.living_end()) continue;
    Finding& finding = look.add(Kind::kDroppedWork, Severity::kWarning);
    look.since(each.at, &finding);
    finding.duration_ns = 0;
    finding.message = "The coroutine " + facts.function(each.function) +
                      " was made but never awaited: none of its code ran. It was dropped in " +
                      facts.in(each.stack) + " " + facts.at(each.at) + "; an `await` is missing.";
    facts.cite(Role::kCulprit, each.stack, &finding);
    facts.cite(Role::kCreated, facts.defined(each.function), &finding);
  }
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (each.created_stack == event::StackId::kNone || facts.is_internal(each)) continue;
    const event::Site& maker = facts.place(each.created_stack);
    if (!facts.is_coroutine(maker) || !is_dropped(facts, each)) continue;
    // One that had its result when it was made, as succeed() gives, leaves nothing to wait for.
    const bool at_once = each.fired() && each.pair_count == 0 &&
                         facts.ns(each.fired_at) - facts.ns(each.created_at) < kMillisecond &&
                         !each.fired_value.is_failure();
    if (at_once) continue;
    const event::FailureId failure = each.value.failure();
    const bool failed = failure != event::FailureId::kNone;
    Finding& finding =
        look.add(Kind::kDroppedWork, failed ? Severity::kError : Severity::kInfo, each.id);
    look.since(each.created_at, &finding);
    std::string& say = finding.message;
    const std::string function = facts.say().text(maker.function);
    say = function + " (" + facts.say().place(maker) + ") started ";
    say += each.coroutine != event::CallableId::kNone
               ? facts.function(each.coroutine)
               : "a " + facts.say().type(each.type, "Deferred");
    say +=
        " " + facts.at(each.created_at) +
        " and dropped the Deferred: no callback was ever attached to it, and nothing awaited it.";
    if (failed) {
      say += " It failed " + duration_text(facts.ns(each.fired_at) - facts.ns(each.created_at)) +
             " later with " + facts.failure(failure);
      const event::StackId traceback = facts.traceback(failure);
      if (traceback != event::StackId::kNone) say += " (raised in " + facts.in(traceback) + ")";
      say += ", and nobody was told.";
    } else if (each.fired()) {
      say += " It was done " + duration_text(facts.ns(each.fired_at) - facts.ns(each.created_at)) +
             " later.";
    } else {
      say += " It had not ended when the recording did.";
    }
    say += " A `yield` or `await` may be missing.";
    facts.cite(Role::kCulprit, maker, &finding);
    facts.cite_created(each, &finding);
    facts.cite_raised(failure, &finding);
  }
}

// Members of a list that went on after the list had failed with another member's failure: whoever
// waited for the list was told that it is over. A warning when callbacks of the program ran in such a
// member afterwards.
void find_outliving(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Deferred& list : facts.model().deferreds()) {
    if (!list.fired() || !list.fired_value.is_failure() || facts.is_internal(list)) continue;
    if (list.newest_wait == replay::WaitIndex::kNone) continue;
    std::uint64_t late = 0;
    std::uint64_t worked = 0;
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
      bool ran = false;
      facts.each_pair(*member, [&](const replay::Pair& pair) {
        ran |= pair.started_at > list.fired_at && happened(pair.started_at);
      });
      worked += ran ? 1 : 0;
      if (after_ns < longest_ns) return;
      longest_ns = after_ns;
      worst = member;
    });
    if (late == 0) continue;
    Finding& finding = look.add(Kind::kOutlivesOwner,
                                worked != 0 ? Severity::kWarning : Severity::kInfo, worst->id);
    look.since(list.fired_at, &finding);
    finding.duration_ns = longest_ns;
    const event::FailureId failure = list.fired_value.failure();
    std::string& say = finding.message;
    const std::string name = facts.name(list);
    say = "T" + name.substr(1) + ", failed with " + facts.failure(failure) + " " +
          facts.at(list.fired_at) + ", but " + plural(late, "member") +
          " of it went on, the longest for another " + duration_text(longest_ns) + " (" +
          facts.name(*worst) + "). Nobody waits for what they do; cancel them when the list fails.";
    facts.cite_created(*worst, &finding);
    facts.cite(Role::kCulprit, list.created_stack, &finding);
    facts.each_wait(list, [&](const replay::Wait& wait) {
      const replay::Deferred* member = facts.find(wait.on);
      if (member != nullptr && member->value.is_failure())
        facts.cite_raised(member->value.failure(), &finding);
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
        if (happened(pair.started_at, each.at) && facts.is_own(pair.ran())) ran = &pair;
      });
    if (ran != nullptr) {
      say += " The last of its callbacks to run was " + facts.function(ran->ran()) + ".";
      facts.cite(Role::kCulprit, facts.defined(ran->ran()), &finding);
      facts.cite(Role::kAttached, ran->stack, &finding);
    }
    facts.cite(Role::kFired, each.stack, &finding);
    if (deferred != nullptr) facts.cite_created(*deferred, &finding);
  }
}

}  // namespace reactortrack::analysis
