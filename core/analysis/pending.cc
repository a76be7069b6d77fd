// SPDX-License-Identifier: MIT
//
// What waits at the end for something that will not come: never-fired, wait-cycle,
// collected-pending.
#include <algorithm>
#include <unordered_set>

#include "core/analysis/detectors.h"
#include "core/analysis/outliers.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::DeferredId;
using event::WaitKind;
using replay::happened;
using text::duration_text;
using text::plural;

namespace {

// From a Deferred up to who waits for it in the end.
struct Climb {
  const replay::Wait* first = nullptr;        // who waits for it directly
  const replay::Wait* coroutine = nullptr;    // the lowest of the waiters that is a coroutine
  const replay::Trigger* shutdown = nullptr;  // the reactor's end waits for it
  const replay::Deferred* top = nullptr;
  std::uint32_t waiters = 0;  // direct ones
  bool is_main = false;       // task.react() waits for it: it may well take for ever
};

bool is_shutdown(const Facts& facts, const replay::Trigger* trigger) {
  return trigger != nullptr && facts.say().definitions().text(trigger->event) == "shutdown" &&
         trigger->phase == event::TriggerPhase::kBefore;
}

bool is_react_main(const Facts& facts, const replay::Deferred& deferred) {
  bool main = false;
  int looked_at = 0;
  for (auto at = deferred.first_pair; at != replay::PairIndex::kNone && looked_at < 64;
       at = facts.model().pair(at).next(), ++looked_at) {
    const auto callback = facts.attachment(facts.model().pair(at)).callback;
    const auto definition = facts.say().definitions().callable(callback);
    main |= facts.say().definitions().text(definition.name).starts_with("react.<locals>");
  }
  return main;
}

Climb climb(const Facts& facts, const replay::Deferred& from) {
  Climb climb;
  std::unordered_set<DeferredId> met;
  const replay::Deferred* at = &from;
  while (at != nullptr && met.insert(at->id).second) {
    climb.top = at;
    climb.is_main |= is_react_main(facts, *at);
    if (is_shutdown(facts, facts.trigger(at->id))) climb.shutdown = facts.trigger(at->id);
    const replay::Wait* next = nullptr;
    facts.each_waiter(*at, [&](const replay::Wait& wait) {
      if (!facts.model().holds_up(wait)) return;
      next = &wait;
      if (at == &from) ++climb.waiters;
    });
    if (next == nullptr) break;
    if (climb.first == nullptr) climb.first = next;
    const replay::Deferred* waiter = facts.find(next->deferred);
    const bool is_coroutine =
        waiter != nullptr && facts.origin(*waiter).coroutine != event::CallableId::kNone;
    if (is_coroutine && climb.coroutine == nullptr) climb.coroutine = next;
    at = waiter;
  }
  return climb;
}

// "It is member 3 of 4 of the list made in stop_all (shop.py:22), and the only one without a result."
std::string list_text(const Facts& facts, const replay::Wait& wait) {
  const replay::Deferred* list = facts.find(wait.deferred);
  if (list == nullptr) return "";
  std::uint64_t members = 0;
  std::uint64_t done = 0;
  std::uint64_t before = 0;
  facts.each_wait(*list, [&](const replay::Wait& each) {
    if (each.how != WaitKind::kListMember) return;
    ++members;
    const replay::Deferred* member = facts.find(each.on);
    done += member != nullptr && member->fired() && !facts.is_unfinished(*member) ? 1 : 0;
    before += each.started_at < wait.started_at ? 1 : 0;
  });
  return "It is index " + text::count_text(before) + " of the " + plural(members, "member") +
         " of the " + facts.say().type(facts.origin(*list).type, "list") + " made in " +
         facts.in(facts.origin(*list).created_stack) + ", which has " + text::count_text(done) +
         (done == 1 ? " result." : " results.");
}

std::uint32_t pairs_left(const Facts& facts, const replay::Deferred& deferred) {
  std::uint32_t left = 0;
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    left += !happened(pair.started_at) && (facts.is_own(facts.attachment(pair).callback) ||
                                           facts.is_own(facts.attachment(pair).errback))
                ? 1
                : 0;
  });
  return left;
}

std::string siblings_text(std::uint64_t fired, const std::string& place) {
  return fired == 0 ? "" : " " + plural(fired, "other") + " created in " + place + " did fire.";
}

}  // namespace

// A Deferred that has not fired at the end, that a coroutine, a list, another Deferred or a callback
// of the program has waited for longer than `pending`, and that nothing in the recording is going to
// fire: no timer or timeout that is to come for it, no work in a thread, no loop. It is a warning when
// nothing else was under way that might fire it: no input or output, no delayed call or work in a
// thread that is to come, no asyncio Future; and, when only callbacks wait for it, others made at that
// place were fired. Where something else is under way it is a warning when it stands out: the last
// `outlier_kin` that its place made and that have fired were all made later, it has waited
// `outlier` or longer and `outlier_factor` times as long as the slowest that has fired, none of them
// was fired by input that comes at somebody else's will (from who connected to us, datagrams, a
// terminal), and its waiter does not wait for one after the other of them. What waits only through
// such a Deferred is not told of again.
void find_never_fired(const Look& look) {
  const Facts& facts = look.facts;
  const Outliers outliers(look);
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (each.fired() || !facts.is_open(each) ||
        facts.origin(each).coroutine != event::CallableId::kNone)
      continue;
    const replay::EventNumber since =
        happened(facts.created_at(each)) ? facts.created_at(each) : each.seen_at;
    const bool is_young = facts.age_ns(since) < look.options.pending_ns && !facts.is_asleep();
    if (is_young || facts.is_internal(each)) continue;
    const Cause cause = look.graph.cause(each);
    if (cause != Cause::kNothingKnown && cause != Cause::kCancellerRaised &&
        cause != Cause::kQueue && cause != Cause::kFuture)
      continue;
    if (facts.model().ties(each).open_waits != 0 && look.graph.edges(each).size() != 0) continue;
    const Climb up = climb(facts, each);
    const replay::Pair* own = facts.own_pair(each);
    const replay::FutureTie* future = facts.as_future(each.id);
    if (up.first == nullptr && own == nullptr && up.shutdown == nullptr && future == nullptr)
      continue;

    const bool only_callbacks = up.first == nullptr && up.shutdown == nullptr;
    const std::uint64_t others = outliers.fired_siblings(each);
    const bool is_outlier = cause == Cause::kNothingKnown && outliers.stands_out(each, up.first);
    const bool weak = up.is_main || facts.has_outside() || cause == Cause::kQueue ||
                      cause == Cause::kFuture || facts.coming() != 0 ||
                      (only_callbacks && others == 0 && !facts.is_asleep());
    Severity severity = weak && !is_outlier ? Severity::kInfo : Severity::kWarning;
    if (up.shutdown != nullptr || cause == Cause::kCancellerRaised) severity = Severity::kError;
    Finding& finding = look.add(Kind::kNeverFired, severity, each.id);
    look.since(since, &finding);
    std::string& say = finding.message;
    say = "The " + facts.say().type(facts.origin(each).type, "Deferred") + " created in " +
          facts.in(facts.origin(each).created_stack) +
          facts.called_from(facts.origin(each).created_stack) + " " + facts.at(since) +
          " never fired";
    if (up.first != nullptr) {
      say += "; " + facts.waiter(*up.first) + " has waited for it " +
             (facts.is_asleep() ? "since " + facts.at(up.first->started_at).substr(3)
                                : "for " + duration_text(facts.age_ns(up.first->started_at)));
      if (up.waiters > 1) say += ", and " + plural(up.waiters - 1, "more") + " with it";
      say += ".";
      if (up.first->how == WaitKind::kListMember) say += " " + list_text(facts, *up.first);
      if (const replay::Pair* returner = facts.returner(*up.first);
          returner != nullptr && facts.is_own(facts.ran(*returner))) {
        say += " The callback " + facts.function(facts.ran(*returner)) + ", attached in " +
               facts.in(facts.attachment(*returner).stack) + ", had returned it.";
        facts.cite(Role::kAttached, facts.attachment(*returner).stack, &finding);
      }
      if (up.coroutine != nullptr && up.coroutine != up.first)
        say += " In the end " + facts.waiter(*up.coroutine) + " waits.";
    } else if (future != nullptr) {
      say += " in " + duration_text(facts.age_ns(since)) +
             "; an asyncio Future that was made of it in " + facts.in(future->stack) +
             " waits for it.";
      facts.cite(Role::kWaiter, future->stack, &finding);
    } else {
      say += " in " + duration_text(facts.age_ns(since)) + "; " +
             plural(std::max(1u, pairs_left(facts, each)), "callback") + " wait for it.";
    }
    if (up.shutdown != nullptr)
      say += " The reactor was told to stop, and its end waits for the trigger " +
             facts.function(up.shutdown->function) + " that returned it.";
    if (cause == Cause::kCancellerRaised)
      say += " It was cancelled, but its canceller raised, so it stays as it was.";
    else if (cause == Cause::kFuture)
      say += " It was made of an asyncio Future, which nobody had completed by then.";
    else if (cause == Cause::kQueue)
      say += " It waits for an item of a DeferredQueue in which nothing is left.";
    else if (facts.coming() == 0)
      say += " Nothing that was recorded would fire it: no timer, timeout, thread or loop.";
    else
      say += " No timer, timeout, thread or loop is known to fire it; " +
             plural(facts.coming(), "delayed call or thread", "delayed calls and threads") +
             " had still to come, and might.";
    if (facts.is_asleep())
      say += " The reactor sleeps with nothing scheduled, so only input could wake it.";
    say += weak && is_outlier ? outliers.text(each)
                              : siblings_text(others, facts.in(facts.origin(each).created_stack));
    facts.cite_created(each, &finding);
    if (up.first != nullptr) {
      facts.cite_waiter(*up.first, &finding);
      const replay::Deferred* waiter = facts.find(up.first->deferred);
      if (up.first->how != WaitKind::kAwaited && waiter != nullptr &&
          facts.origin(*waiter).coroutine == event::CallableId::kNone)
        facts.cite(Role::kWaiter, facts.origin(*waiter).created_stack, &finding);
    }
    if (up.coroutine != nullptr) facts.cite_waiter(*up.coroutine, &finding);
    if (own != nullptr) facts.cite(Role::kAttached, facts.attachment(*own).stack, &finding);
  }
}

namespace {

std::string cycle_step(const Facts& facts, const WaitGraph& graph, DeferredId from, DeferredId to,
                       Finding* finding) {
  const replay::Deferred* deferred = facts.find(from);
  if (deferred == nullptr) return "";
  std::string say = facts.name(*deferred);
  facts.cite_created(*deferred, finding);
  for (const Edge& edge : graph.edges(*deferred)) {
    if (edge.to != to) continue;
    if (edge.wait != nullptr) {
      const replay::Pair& pair = facts.model().pair(deferred->current_pair);
      if (edge.wait->how == WaitKind::kReturned && facts.is_own(facts.ran(pair))) {
        facts.cite(Role::kCulprit, facts.defined(facts.ran(pair)), finding);
        facts.cite(Role::kAttached, facts.attachment(pair).stack, finding);
        return say + ", whose callback " + facts.function(facts.ran(pair)) + " returned " +
               (from == to ? "that same Deferred" : text::deferred_text(to)) + " " +
               facts.at(edge.wait->started_at);
      }
      facts.cite_waiter(*edge.wait, finding);
      return say + ", which waits for " + text::deferred_text(to) + " since " +
             facts.at(edge.wait->started_at).substr(3) + " (" + facts.in(edge.wait->stack) + ")";
    }
    if (edge.queued != nullptr) {
      facts.cite(Role::kWaiter, edge.queued->stack, finding);
      const LockState* lock = graph.lock(edge.queued->resource);
      for (const Holder& holder : lock->holders) {
        if (holder.owner != to) continue;
        facts.cite(Role::kHolder, holder.acquisition->stack, finding);
        return say + ", which is in the queue of the " +
               facts.say().type(lock->resource->type, "lock") + " made in " +
               facts.in(lock->resource->stack) + " that " + text::deferred_text(to) + " took in " +
               facts.in(holder.acquisition->stack) + " " + facts.at(holder.acquisition->granted_at);
      }
    }
    if (edge.loop != nullptr) return say + ", whose loop waits for " + text::deferred_text(to);
  }
  return say;
}

}  // namespace

// Deferreds that wait for one another in a ring, through returned, chained or awaited Deferreds,
// lists, and locks that one of them has. Nothing from outside can open it, except a cancel().
void find_wait_cycles(const Look& look) {
  const Facts& facts = look.facts;
  for (const std::vector<DeferredId>& cycle : look.graph.cycles()) {
    Finding& finding = look.add(Kind::kWaitCycle, Severity::kError, cycle.front());
    std::string& say = finding.message;
    constexpr std::size_t kMostTold = 6;
    say = cycle.size() == 1 ? "A Deferred waits for itself, so it can never go on: "
                            : plural(cycle.size(), "Deferred") +
                                  " wait for one another, so none of them can go on: ";
    std::uint64_t left = 0;
    replay::EventNumber newest{};
    for (std::size_t i = 0; i < cycle.size(); ++i) {
      const std::string step =
          cycle_step(facts, look.graph, cycle[i], cycle[(i + 1) % cycle.size()], &finding);
      if (i < kMostTold) say += (i == 0 ? "" : "; ") + step;
      const replay::Deferred* deferred = facts.find(cycle[i]);
      if (deferred == nullptr) continue;
      left += pairs_left(facts, *deferred);
      if (const replay::Wait* wait = facts.model().held_up_by(*deferred))
        newest = std::max(newest, wait->started_at);
    }
    if (cycle.size() > kMostTold) say += "; and so on";
    say += ".";
    if (left != 0) say += " " + plural(left, "callback") + " behind can never run.";
    if (happened(newest)) look.since(newest, &finding);
  }
}

// A Deferred that was collected before the program's end without having fired, though somebody had a
// use for it: a coroutine that was suspended on it (and is gone with it, its `finally` run by the
// garbage collector), or callbacks of the program that now never run.
void find_collected_pending(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (!each.collected() || each.collected_at >= facts.living_end()) continue;
    const bool pending = !each.fired() || each.end_state() == event::EndState::kWaiting;
    if (!pending || facts.origin(each).coroutine != event::CallableId::kNone) continue;
    // What waited for another one is told of there.
    bool waited = false;
    facts.each_wait(each, [&](const replay::Wait& wait) {
      const replay::Deferred* on = facts.find(wait.on);
      waited |= wait.open() && on != nullptr && on->collected() && !on->fired();
    });
    if (waited) continue;
    const replay::Wait* waiter = nullptr;
    facts.each_waiter(each, [&](const replay::Wait& wait) {
      if (wait.open()) waiter = &wait;
    });
    const std::uint32_t left = pairs_left(facts, each);
    const bool suspended = waiter != nullptr && waiter->how == WaitKind::kAwaited;
    if (facts.is_internal(each) || (waiter == nullptr && left == 0)) continue;
    Finding& finding =
        look.add(Kind::kCollectedPending,
                 suspended || left != 0 ? Severity::kWarning : Severity::kInfo, each.id);
    look.since(happened(facts.created_at(each)) ? facts.created_at(each) : each.seen_at, &finding);
    finding.event = each.collected_at;
    std::string& say = finding.message;
    say = "The " + facts.say().type(facts.origin(each).type, "Deferred") + " created in " +
          facts.in(facts.origin(each).created_stack) +
          facts.called_from(facts.origin(each).created_stack) + " " + facts.at(each.seen_at) +
          " was garbage collected " + facts.at(each.collected_at) +
          " without having fired: the last reference to it was dropped.";
    if (suspended) {
      const replay::Deferred* coroutine = facts.find(waiter->deferred);
      say += " With it went " + facts.waiter(*waiter) + ", suspended there for " +
             duration_text(facts.ns(each.collected_at) - facts.ns(waiter->started_at)) +
             ": it never goes on, and its `finally` and `with` blocks ran inside the garbage"
             " collector.";
      facts.cite_created(each, &finding);
      facts.cite_waiter(*waiter, &finding);
      if (coroutine != nullptr)
        facts.cite(Role::kWaiter, facts.origin(*coroutine).created_stack, &finding);
    } else {
      if (left != 0) say += " " + plural(left, "callback") + " never ran.";
      if (waiter != nullptr) say += " " + facts.waiter(*waiter) + " waited for it.";
      facts.cite_created(each, &finding);
      if (waiter != nullptr) facts.cite_waiter(*waiter, &finding);
      if (const replay::Pair* own = facts.own_pair(each))
        facts.cite(Role::kAttached, facts.attachment(*own).stack, &finding);
    }
  }
}

}  // namespace reactortrack::analysis
