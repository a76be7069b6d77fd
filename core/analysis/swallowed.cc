// SPDX-License-Identifier: MIT
//
// Failures that were taken and not passed on: failure-swallowed.
#include "core/analysis/detectors.h"
#include "core/replay/moment.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::FailureId;
using replay::happened;
using text::plural;

namespace {

// The failure that a list took from its member, or none.
FailureId consumed(const Facts& facts, const replay::Deferred& member) {
  FailureId taken{};
  FailureId before = member.fired_value().failure();
  facts.each_pair(member, [&](const replay::Pair& pair) {
    if (!happened(pair.finished_at)) return;
    const log::Definitions& definitions = facts.say().definitions();
    const bool is_list =
        pair.lane() == event::Lane::kErrback && !pair.value().is_failure() &&
        definitions.text(definitions.callable(facts.attachment(pair).errback).name) ==
            "DeferredList._cbDeferred";
    if (is_list && taken == FailureId::kNone) taken = before;
    before = pair.value().failure();
  });
  return taken;
}

// A list that ended well with failures of its members among its results.
void swallowed_by_list(const Look& look, const replay::Deferred& list) {
  const Facts& facts = look.facts;
  std::uint64_t taken = 0;
  std::uint64_t members = 0;
  FailureId first{};
  const replay::Deferred* first_member = nullptr;
  facts.each_wait(list, [&](const replay::Wait& wait) {
    if (wait.how != event::WaitKind::kListMember) return;
    ++members;
    const replay::Deferred* member = facts.find(wait.on);
    const FailureId failure = member == nullptr ? FailureId::kNone : consumed(facts, *member);
    if (failure == FailureId::kNone || facts.is_cancelled_error(failure)) return;
    ++taken;
    first = failure;  // the waits come newest first
    first_member = member;
  });
  if (taken == 0) return;
  Finding& finding = look.add(Kind::kFailureSwallowed, Severity::kInfo, list.id);
  look.since(list.fired_at, &finding);
  finding.duration_ns = 0;
  const event::StackId traceback = facts.traceback(first);
  std::string& say = finding.message;
  say = "The " + facts.say().type(facts.origin(list).type, "list") + " made in " +
        facts.in(facts.origin(list).created_stack) +
        facts.called_from(facts.origin(list).created_stack) + " ended well " +
        facts.at(list.fired_at) + " though " + text::count_text(taken) + " of its " +
        plural(members, "member") + " failed, the first with " + facts.failure(first);
  if (traceback != event::StackId::kNone) say += " (raised in " + facts.in(traceback) + ")";
  say +=
      ". consumeErrors=True took the failures: they are in its results only, as (False, failure).";
  facts.cite_created(list, &finding);
  facts.cite_raised(first, &finding);
  facts.cite_created(*first_member, &finding);
}

// A coroutine whose last `await` gave it a failure, and that ended with None all the same.
void swallowed_by_coroutine(const Look& look, const replay::Deferred& coroutine) {
  const Facts& facts = look.facts;
  if (facts.model().ties(coroutine).newest_wait == replay::WaitIndex::kNone) return;
  const replay::Wait& last = facts.model().wait(facts.model().ties(coroutine).newest_wait);
  const replay::Deferred* on = facts.find(last.on);
  if (last.how != event::WaitKind::kAwaited || last.open() || on == nullptr) return;
  const auto before = static_cast<replay::EventNumber>(replay::number(last.ended_at) - 1);
  const FailureId taken = replay::value_of(facts.model(), *on, before).failure();
  if (taken == FailureId::kNone || facts.is_cancelled_error(taken)) return;
  Finding& finding = look.add(Kind::kFailureSwallowed, Severity::kInfo, coroutine.id);
  look.since(last.ended_at, &finding);
  finding.duration_ns = 0;
  const event::StackId traceback = facts.traceback(taken);
  std::string& say = finding.message;
  const std::string name = facts.name(coroutine);
  say = "T" + name.substr(1) + ", got " + facts.failure(taken);
  if (traceback != event::StackId::kNone) say += " (raised in " + facts.in(traceback) + ")";
  say += " " + facts.at(last.ended_at) + " at " + facts.say().place(facts.place(last.stack)) +
         ", caught it and ended with None. Whoever waits for it does not learn of the failure.";
  facts.cite_waiter(last, &finding);
  facts.cite_raised(taken, &finding);
  facts.cite(Role::kCulprit, facts.defined(facts.origin(coroutine).coroutine), &finding);
}

}  // namespace

// An errback of the program that took failures and left None or another value in their place, with
// what came after. It is a warning when a callback that then ran with that value failed itself;
// otherwise this is what errbacks are for. Twisted's own (log.err) are not told of. A list with
// consumeErrors=True that ended well though members of it failed. And a coroutine that caught what
// its last `await` raised and ended with None.
void find_swallowed_failures(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Deferred& each : facts.model().deferreds()) {
    const bool is_list = each.fired() && !each.fired_value().is_failure() &&
                         facts.model().ties(each).newest_wait != replay::WaitIndex::kNone &&
                         facts.origin(each).coroutine == event::CallableId::kNone &&
                         !facts.is_internal(each);
    if (is_list) swallowed_by_list(look, each);
    const bool ended_with_none = each.fired() &&
                                 facts.origin(each).coroutine != event::CallableId::kNone &&
                                 each.fired_value().outcome == event::Outcome::kNone;
    if (ended_with_none && facts.is_own(facts.origin(each).coroutine))
      swallowed_by_coroutine(look, each);
  }
  for (const replay::Pair& pair : facts.model().pairs()) {
    if (pair.lane() != event::Lane::kErrback || !happened(pair.finished_at) || pair.cut_off)
      continue;
    if (pair.value().is_failure() || pair.value().outcome == event::Outcome::kDeferred) continue;
    if (!facts.is_own(facts.attachment(pair).errback)) continue;
    const replay::Deferred* deferred = facts.find(pair.deferred);
    if (deferred == nullptr) continue;
    FailureId taken = deferred->fired_value().failure();
    const replay::Pair* after = nullptr;
    bool behind = false;
    facts.each_pair(*deferred, [&](const replay::Pair& each) {
      if (&each == &pair) behind = true;
      if (!happened(each.finished_at)) return;
      if (!behind && each.value().is_failure()) taken = each.value().failure();
      if (behind && &each != &pair && after == nullptr) after = &each;
    });
    if (taken == FailureId::kNone || facts.is_cancelled_error(taken)) continue;
    const bool broke = after != nullptr && after->lane() == event::Lane::kCallback &&
                       after->value().outcome == event::Outcome::kFailureRaised;
    Finding& finding = look.add(Kind::kFailureSwallowed,
                                broke ? Severity::kWarning : Severity::kInfo, pair.deferred);
    look.since(pair.finished_at, &finding);
    finding.duration_ns = 0;
    std::string& say = finding.message;
    say = "The errback " + facts.function(facts.attachment(pair).errback) + " took " +
          facts.failure(taken);
    const event::StackId traceback = facts.traceback(taken);
    if (traceback != event::StackId::kNone) say += " (raised in " + facts.in(traceback) + ")";
    say += " " + facts.at(pair.finished_at) + " and left " +
           facts.say().result(facts.result(pair.value())) + " in its place";
    if (broke)
      say += "; the callback " + facts.function(facts.attachment(*after).callback) +
             " then ran with that as if all were well, and raised " +
             facts.failure(after->value().failure());
    say += ". Whoever waits for the Deferred created in " +
           facts.in(facts.origin(*deferred).created_stack) + " does not learn that it failed.";
    facts.cite(Role::kAttached, facts.attachment(pair).stack, &finding);
    facts.cite(Role::kCulprit, facts.defined(facts.attachment(pair).errback), &finding);
    facts.cite(Role::kRaised, traceback, &finding);
    facts.cite_created(*deferred, &finding);
    if (broke) facts.cite_raised(after->value().failure(), &finding);
  }
}

}  // namespace reactortrack::analysis
