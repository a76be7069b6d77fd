// SPDX-License-Identifier: MIT
//
// What became of failures: unhandled-failure, failure-trace.
#include <algorithm>
#include <compare>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/analysis/detectors.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::DeferredId;
using event::FailureId;
using event::WaitKind;
using replay::happened;
using text::duration_text;
using text::plural;

namespace {

// The failure that it holds and nobody handled, or none.
FailureId unhandled(const Facts& facts, const replay::Deferred& deferred) {
  if (deferred.collected())
    return deferred.end_state() == event::EndState::kFailedUnhandled
               ? facts.value(deferred).failure()
               : FailureId::kNone;
  if (deferred.running || !deferred.fired() || facts.is_unfinished(deferred))
    return FailureId::kNone;
  // `await` raised it in a coroutine; that the Deferred still has it is nobody's concern.
  if (facts.is_awaited(deferred.id)) return FailureId::kNone;
  return facts.value(deferred).failure();
}

std::string list_text(const Facts& facts, const replay::Wait& wait, Finding* finding) {
  const replay::Deferred* list = facts.find(wait.deferred);
  if (list == nullptr) return "";
  std::uint64_t members = 0;
  facts.each_wait(*list, [&](const replay::Wait& each) {
    members += each.how == WaitKind::kListMember ? 1 : 0;
  });
  facts.cite(Role::kChained, facts.origin(*list).created_stack, finding);
  std::string say = " It is one of the " + plural(members, "member") + " of the " +
                    facts.say().type(facts.origin(*list).type, "list") + " made in " +
                    facts.in(facts.origin(*list).created_stack);
  if (list->fired_value().is_failure()) say += ", which had failed already with another's failure";
  return say + "; without consumeErrors=True a list leaves failures in its members.";
}

// How the failure got in: raised by a callback, or with errback().
std::string origin_text(const Facts& facts, const replay::Deferred& deferred, FailureId failure) {
  const replay::Pair* raiser = nullptr;
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    if (raiser == nullptr && happened(pair.finished_at) && pair.value().failure() == failure)
      raiser = &pair;
  });
  const event::StackId traceback = facts.traceback(failure);
  const std::string raised =
      traceback == event::StackId::kNone ? "" : ", raised in " + facts.in(traceback);
  if (facts.origin(deferred).coroutine != event::CallableId::kNone)
    return raised + " " + facts.at(deferred.fired_at);
  if (raiser != nullptr && deferred.fired_value().failure() != failure) {
    if (!facts.is_own(facts.ran(*raiser))) return raised + " " + facts.at(raiser->finished_at);
    return " in its callback " + facts.say().callable(facts.ran(*raiser)) + raised + " " +
           facts.at(raiser->finished_at);
  }
  if (!happened(deferred.fired_at)) return raised;
  const event::StackId fired = facts.cause(facts.origin(deferred).fired_stack, deferred.fired_in);
  if (!facts.is_own(fired)) return raised + " " + facts.at(deferred.fired_at);
  return ", put into it in " + facts.in(fired) + " " + facts.at(deferred.fired_at) + raised;
}

}  // namespace

// A Deferred whose chain ended with a failure that no errback took: it was collected with it (Twisted
// logs "Unhandled error in Deferred"), or is still held, and Twisted says nothing at all. Held
// CancelledErrors are not told of: whoever cancelled knows.
void find_unhandled_failures(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Deferred& each : facts.model().deferreds()) {
    const FailureId failure = unhandled(facts, each);
    if (failure == FailureId::kNone) continue;
    const bool held = !each.collected();
    if (held && facts.is_cancelled_error(failure)) continue;
    // What is taken over later in the same moment as the end is no news.
    const replay::EventNumber since =
        happened(each.fired_at) ? each.fired_at : facts.model().find(failure)->seen_at;
    Finding& finding = look.add(Kind::kUnhandledFailure, Severity::kError, each.id);
    look.since(since, &finding);
    std::string& say = finding.message;
    const event::StackId traceback = facts.traceback(failure);
    say = "T" + facts.name_and_caller(each).substr(1) + ", failed with " + facts.failure(failure) +
          origin_text(facts, each, failure) + ".";
    if (each.pair_count == 0)
      say += " Nothing was ever attached to it.";
    else
      say += facts.has_errback(each) ? " The errbacks it had did not take it."
                                     : " No errback was ever attached.";
    facts.cite_created(each, &finding);
    facts.cite(Role::kFired, facts.cause(facts.origin(each).fired_stack, each.fired_in), &finding);
    facts.cite(Role::kRaised, traceback, &finding);
    const replay::Wait* list = nullptr;
    facts.each_waiter(each, [&](const replay::Wait& wait) {
      if (wait.how == WaitKind::kListMember) list = &wait;
    });
    if (list != nullptr) say += list_text(facts, *list, &finding);
    if (held)
      say += " Something still refers to it after " + duration_text(facts.age_ns(since)) +
             ", so Twisted has logged nothing.";
    else
      say += " Twisted logged it " + duration_text(facts.ns(each.collected_at) - facts.ns(since)) +
             " later, when the last reference to it was dropped.";
    if (const replay::Pair* own = facts.own_pair(each))
      facts.cite(Role::kAttached, facts.attachment(*own).stack, &finding);
  }
}

namespace {

// One Deferred that a failure went through. Of one failure and those that came of it, all have the
// number of the first.
struct Carried {
  FailureId root{};
  DeferredId deferred{};
  friend auto operator<=>(const Carried&, const Carried&) = default;
};

// Twisted makes a new Failure each time a coroutine raises on; by the time and the coroutine they
// are told to be one.
class Lineage {
 public:
  explicit Lineage(const Facts& facts) : facts_(facts) {
    for (const replay::Deferred& each : facts.model().deferreds()) {
      if (facts.origin(each).coroutine == event::CallableId::kNone) continue;
      const FailureId failure = each.fired_value().failure();
      if (failure == FailureId::kNone) continue;
      const FailureId cause = resumed_with(each);
      if (cause != FailureId::kNone && cause != failure) parents_.try_emplace(failure, cause);
    }
  }

  // Each Deferred of the program that a failure went through, once, sorted by the failures' roots.
  std::vector<Carried> carried() const {
    std::vector<Carried> all;
    std::size_t count = 0;
    each_carried([&](FailureId, const replay::Deferred&) { ++count; });
    all.reserve(count);
    each_carried([&](FailureId failure, const replay::Deferred& deferred) {
      all.push_back({root(failure), deferred.id});
    });
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

 private:
  template <class Visit>
  void each_carried(const Visit& visit) const {
    const auto see = [&](FailureId failure, const replay::Deferred* deferred) {
      if (failure != FailureId::kNone && deferred != nullptr && !facts_.is_internal(*deferred))
        visit(failure, *deferred);
    };
    for (const replay::Deferred& each : facts_.model().deferreds())
      see(each.fired_value().failure(), &each);
    for (const replay::Pair& pair : facts_.model().pairs()) {
      if (!pair.value().is_failure()) continue;
      const replay::Deferred* deferred = facts_.find(pair.deferred);
      // Most hand on what they were fired with.
      if (deferred == nullptr || deferred->fired_value().failure() != pair.value().failure())
        see(pair.value().failure(), deferred);
    }
  }

  FailureId root(FailureId failure) const {
    for (int step = 0; step < 256; ++step) {
      const auto parent = parents_.find(failure);
      if (parent == parents_.end() || parent->second == failure) break;
      failure = parent->second;
    }
    return failure;
  }

  // The failure that its last wait ended with, if it fired while it was resumed by it.
  FailureId resumed_with(const replay::Deferred& coroutine) const {
    const replay::Pair& inside = facts_.model().pair(coroutine.fired_in.pair());
    if (inside.continues != coroutine.id) return FailureId::kNone;
    const replay::Deferred* by = facts_.find(inside.deferred);
    if (by == nullptr) return FailureId::kNone;
    FailureId before = by->fired_value().failure();
    for (auto at = by->first_pair; at != replay::PairIndex::kNone;
         at = facts_.model().pair(at).next()) {
      const replay::Pair& pair = facts_.model().pair(at);
      if (&pair == &inside) return before;
      if (happened(pair.finished_at)) before = pair.value().failure();
    }
    return before;
  }

  const Facts& facts_;
  std::unordered_map<FailureId, FailureId> parents_;
};

// "the Deferred created in ask (app.py:5), #4, and 3 others created there, then the coroutine ..."
std::string stations_text(const Facts& facts, const std::vector<DeferredId>& way) {
  constexpr std::size_t kMostTold = 8;
  const auto kind = [&](DeferredId id) {
    const replay::Origin& origin = facts.origin(*facts.find(id));
    return std::pair(facts.site_key(origin.created_stack), origin.coroutine);
  };
  std::string say;
  std::size_t told = 0;
  for (auto at = way.begin(); at != way.end();) {
    if (told == kMostTold) return say + " and so on";
    const auto end =
        std::find_if(at, way.end(), [&](DeferredId id) { return kind(id) != kind(*at); });
    say += (told++ == 0 ? "" : ", then ") + facts.name(*facts.find(*at));
    if (const auto others = static_cast<std::uint64_t>(end - at - 1); others != 0)
      say += ", and " + plural(others, "other") + " created there";
    at = end;
  }
  return say;
}

}  // namespace

// The way of a failure through two or more Deferreds, from where it was raised or put in to where it
// ended: what the traceback of the last one does not show.
void find_failure_traces(const Look& look) {
  const Facts& facts = look.facts;
  if (facts.model().failures().empty()) return;
  constexpr std::size_t kLongest = 256;
  const std::vector<Carried> carried = Lineage(facts).carried();
  std::vector<DeferredId> way;
  for (auto at = carried.begin(); at != carried.end();) {
    const FailureId root = at->root;
    way.clear();
    for (; at != carried.end() && at->root == root; ++at)
      if (way.size() < kLongest) way.push_back(at->deferred);
    const replay::Failure* failure = facts.model().find(root);
    if (failure == nullptr || way.size() < 2) continue;
    std::sort(way.begin(), way.end(), [&](DeferredId a, DeferredId b) {
      return facts.find(a)->fired_at != facts.find(b)->fired_at
                 ? facts.find(a)->fired_at < facts.find(b)->fired_at
                 : a > b;
    });
    Finding& finding = look.add(Kind::kFailureTrace, Severity::kInfo, way.front());
    look.since(failure->seen_at, &finding);
    finding.duration_ns = 0;
    std::string& say = finding.message;
    say = facts.failure(root);
    if (failure->traceback != event::StackId::kNone)
      say += " raised in " + facts.in(failure->traceback);
    say +=
        " " + facts.at(failure->seen_at) + " went through " + plural(way.size(), "Deferred") + ": ";
    facts.cite(Role::kRaised, failure->traceback, &finding);
    say += stations_text(facts, way);
    for (std::size_t i = 0; i < way.size(); ++i) {
      const replay::Deferred& deferred = *facts.find(way[i]);
      facts.each_waiter(deferred, [&](const replay::Wait& wait) {
        if (i + 1 < way.size() && wait.deferred == way[i + 1]) facts.cite_waiter(wait, &finding);
      });
      facts.cite_created(deferred, &finding);
    }
    const replay::Deferred& last = *facts.find(way.back());
    const bool handled = !facts.value(last).is_failure();
    const replay::Pair* taker = nullptr;
    facts.each_pair(last, [&](const replay::Pair& pair) {
      if (pair.lane() == event::Lane::kErrback && happened(pair.finished_at) &&
          !pair.value().is_failure() && taker == nullptr)
        taker = &pair;
    });
    if (taker != nullptr) {
      say += "; the errback " + facts.function(facts.ran(*taker)) + " took it.";
      facts.cite(Role::kAttached, facts.attachment(*taker).stack, &finding);
    } else {
      say += handled ? "; there it ended." : "; there nobody took it.";
    }
  }
}

}  // namespace reactortrack::analysis
