// SPDX-License-Identifier: MIT
//
// Locks, semaphores and pools of threads: lock-held, pool-exhausted.
#include <algorithm>
#include <map>

#include "core/analysis/detectors.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using replay::happened;
using text::count_text;
using text::duration_text;
using text::plural;

namespace {

struct Verdict {
  bool is_dead = false;  // nothing that was recorded will make it give the lock back
  bool failed = false;   // it is over, with a failure
  std::string text;      // "which ended ... without giving it back"
};

Verdict judge(const Look& look, const Holder& holder, Finding* finding) {
  const Facts& facts = look.facts;
  const replay::Deferred* owner = facts.find(holder.owner);
  Verdict verdict;
  if (owner == nullptr) return verdict;
  if (!facts.is_unfinished(*owner) && !owner->running) {
    verdict.is_dead = true;
    const replay::Value value =
        owner->fired_value().is_failure() ? owner->fired_value() : facts.value(*owner);
    verdict.failed = value.is_failure();
    if (verdict.failed) {
      facts.cite_raised(value.failure(), finding);
      const event::StackId traceback = facts.traceback(value.failure());
      verdict.text = "ended with " + facts.failure(value.failure());
      if (traceback != event::StackId::kNone)
        verdict.text += " (raised in " + facts.in(traceback) + ")";
      verdict.text += " without giving it back";
    } else {
      verdict.text = "is over and did not give it back";
    }
    return verdict;
  }
  if (owner->collected()) {
    verdict.is_dead = true;
    verdict.text = "was garbage collected without giving it back";
    return verdict;
  }
  const Bottom bottom = look.graph.bottom(*owner);
  verdict.is_dead = bottom.in_cycle || !may_go_on(bottom.cause);
  const replay::Deferred* last = facts.find(bottom.deferred);
  if (last == nullptr || last == owner) {
    verdict.text = "has not given it back";
    return verdict;
  }
  facts.cite_created(*last, finding);
  if (bottom.last != nullptr) facts.cite(Role::kWaiter, bottom.last->stack, finding);
  verdict.text = bottom.in_cycle ? "waits, in the end, for itself"
                                 : "waits for " + facts.name(*last) + ": " + look.graph.why(bottom);
  return verdict;
}

std::string holder_name(const Facts& facts, const Holder& holder) {
  const replay::Deferred* owner = facts.find(holder.owner);
  const event::Site& place = facts.place(holder.acquisition->stack);
  if (owner != nullptr && facts.origin(*owner).coroutine != event::CallableId::kNone)
    return "the coroutine " + facts.say().callable(facts.origin(*owner).coroutine) +
           " (took it at " + facts.say().place(place) + " " +
           facts.at(holder.acquisition->granted_at) + ")";
  return text::deferred_text(holder.acquisition->deferred) + " (took it in " + facts.in(place) +
         " " + facts.at(holder.acquisition->granted_at) + ")";
}

std::string lock_name(const Facts& facts, const replay::Resource& resource) {
  std::string say = "The " + facts.say().type(resource.type, "lock");
  if (resource.stack != event::StackId::kNone) say += " made in " + facts.in(resource.stack);
  return say;
}

}  // namespace

// A lock, or all tokens of a semaphore, held at the end by those who will not give it back: who took
// it is over, was collected, or waits for what never comes. With somebody in the queue for longer
// than `pending` it is an error; with an empty queue it is a warning if the holder ended with a
// failure.
void find_locks_held(const Look& look) {
  const Facts& facts = look.facts;
  for (const LockState& lock : look.graph.locks()) {
    if (lock.resource->what == event::ResourceKind::kQueue ||
        lock.resource->what == event::ResourceKind::kThreadPool || lock.holders.empty())
      continue;
    const bool is_full = lock.resource->limit == 0 || lock.holders.size() >= lock.resource->limit;
    const bool queued = is_full && !lock.queue.empty() &&
                        facts.age_ns(lock.queue.front()->asked_at) >= look.options.pending_ns;
    Finding draft;
    std::uint64_t dead = 0;
    std::uint64_t failed = 0;
    std::string holders;
    constexpr std::size_t kMostTold = 4;
    for (std::size_t i = 0; i < lock.holders.size(); ++i) {
      const Holder& holder = lock.holders[i];
      facts.cite(Role::kHolder, holder.acquisition->stack, &draft);
      const Verdict verdict = judge(look, holder, &draft);
      dead += verdict.is_dead ? 1 : 0;
      failed += verdict.failed ? 1 : 0;
      if (i < kMostTold && !verdict.text.empty())
        holders +=
            (holders.empty() ? "" : "; ") + holder_name(facts, holder) + ", which " + verdict.text;
    }
    const bool worth_telling = queued ? dead != 0 : failed != 0;
    if (!worth_telling) continue;
    const bool all_dead = dead == lock.holders.size();
    const Severity severity = !queued || !all_dead ? Severity::kWarning : Severity::kError;
    Finding& finding = look.add(Kind::kLockHeld, severity, lock.holders.front().owner);
    finding.sites = std::move(draft.sites);
    look.since(lock.holders.front().acquisition->granted_at, &finding);
    std::string& say = finding.message;
    say = lock_name(facts, *lock.resource);
    if (lock.holders.size() > 1)
      say += " has " + count_text(lock.holders.size()) + " of " +
             plural(lock.resource->limit, "token") + " taken";
    say += " has been held for " + duration_text(finding.duration_ns) + " by " + holders + ".";
    if (lock.holders.size() > 1) {
      say = lock_name(facts, *lock.resource) + ": all " + plural(lock.holders.size(), "token") +
            " of it are held by " + holders + ".";
    }
    if (queued) {
      say += " " + plural(lock.queue.size(), "acquirer waits", "acquirers wait") +
             " in its queue, the first for " +
             duration_text(facts.age_ns(lock.queue.front()->asked_at)) + " (" +
             facts.in(lock.queue.front()->stack) + ").";
      for (const replay::Acquisition* each : lock.queue)
        facts.cite(Role::kWaiter, each->stack, &finding);
    }
    if (failed != 0) say += " Release it in a `finally`, or use run().";
    facts.cite(Role::kCreated, lock.resource->stack, &finding);
  }
}

namespace {

struct PoolQueue {
  std::uint64_t delayed = 0;    // waited for a thread longer than allowed
  std::uint64_t unstarted = 0;  // of them, still did at the end
  const replay::Work* longest = nullptr;
  std::int64_t longest_ns = 0;
};

// What the pool's threads ran when this work was queued.
const replay::Work* running_then(const Facts& facts, const replay::Work& queued) {
  const replay::Work* found = nullptr;
  constexpr std::size_t kMostLookedAt = 4096;
  const auto& works = facts.around().works();
  const std::size_t count = std::min(works.size(), kMostLookedAt);
  for (std::size_t i = 0; i < count; ++i) {
    const replay::Work& each = works[i];
    if (each.pool != queued.pool || !happened(each.started_at)) continue;
    const bool ran = each.started_at < queued.queued_at &&
                     (!happened(each.ended_at) || each.ended_at > queued.queued_at);
    if (ran && (found == nullptr || each.started_at < found->started_at)) found = &each;
  }
  return found;
}

void busy_semaphore(const Look& look, const LockState& lock) {
  const Facts& facts = look.facts;
  std::uint64_t late = 0;
  std::int64_t longest_ns = 0;
  const replay::Acquisition* longest = nullptr;
  for (const replay::Acquisition* each : lock.queue) {
    const std::int64_t waited_ns = facts.age_ns(each->asked_at);
    late += waited_ns >= look.options.pending_ns ? 1 : 0;
    if (waited_ns <= longest_ns) continue;
    longest_ns = waited_ns;
    longest = each;
  }
  if (late == 0 || lock.resource->limit < 2 || lock.holders.size() < lock.resource->limit) return;
  Finding& finding = look.add(Kind::kPoolExhausted, Severity::kInfo, longest->deferred);
  look.since(longest->asked_at, &finding);
  finding.message = lock_name(facts, *lock.resource) + ": all " +
                    plural(lock.resource->limit, "token") + " of it are taken, and " +
                    plural(lock.queue.size(), "acquirer waits", "acquirers wait") +
                    " for one, the longest for " + duration_text(longest_ns) + ".";
  for (const Holder& each : lock.holders)
    facts.cite(Role::kHolder, each.acquisition->stack, &finding);
  for (const Holder& each : lock.holders) {
    const replay::Deferred* owner = facts.find(each.owner);
    const replay::Deferred* last =
        owner == nullptr ? nullptr : facts.find(look.graph.bottom(*owner).deferred);
    if (last != nullptr) facts.cite_created(*last, &finding);
  }
  facts.cite(Role::kWaiter, longest->stack, &finding);
  facts.cite(Role::kCreated, lock.resource->stack, &finding);
}

}  // namespace

// Work that waited longer than `queued` for a thread of its pool, because all of them were busy. A
// warning when it still waits at the end and has waited longer than `pending`. The same for all
// tokens of a semaphore of two or more.
void find_exhausted_pools(const Look& look) {
  const Facts& facts = look.facts;
  std::map<std::uint32_t, PoolQueue> queues;
  for (const replay::Work& each : facts.around().works()) {
    if (!happened(each.queued_at)) continue;
    const bool started = happened(each.started_at);
    const std::int64_t waited_ns = started ? facts.ns(each.started_at) - facts.ns(each.queued_at)
                                           : facts.age_ns(each.queued_at);
    if (waited_ns < look.options.queued_ns) continue;
    PoolQueue& queue = queues[event::number(each.pool)];
    ++queue.delayed;
    queue.unstarted += started ? 0 : 1;
    if (waited_ns <= queue.longest_ns) continue;
    queue.longest_ns = waited_ns;
    queue.longest = &each;
  }
  for (const auto& [pool, queue] : queues) {
    const replay::Work& work = *queue.longest;
    const replay::Resource* resource = facts.around().find(work.pool);
    const event::StackId asked = facts.cause(work.stack, work.queued_at);
    const bool stuck = queue.unstarted != 0 && queue.longest_ns >= look.options.pending_ns;
    Finding& finding =
        look.add(Kind::kPoolExhausted, stuck ? Severity::kWarning : Severity::kInfo, work.deferred);
    look.since(work.queued_at, &finding);
    finding.duration_ns = queue.longest_ns;
    std::string& say = finding.message;
    say = plural(queue.delayed, "call waited", "calls waited") + " for a thread of the pool";
    if (resource != nullptr && resource->limit != 0)
      say += " of " + plural(resource->limit, "thread");
    say += ", the longest for " + duration_text(queue.longest_ns) + ": " +
           facts.function(work.function) + ", asked for in " + facts.in(asked) + " " +
           facts.at(work.queued_at) + ".";
    if (queue.unstarted != 0)
      say += " " + count_text(queue.unstarted) +
             (queue.unstarted == 1 ? " of them has not begun." : " of them have not begun.");
    facts.cite(Role::kWaiter, asked, &finding);
    if (const replay::Work* busy = running_then(facts, work)) {
      const event::StackId busy_asked = facts.cause(busy->stack, busy->queued_at);
      say += " Meanwhile its threads ran " + facts.function(busy->function);
      if (facts.is_own(busy_asked)) say += ", asked for in " + facts.in(busy_asked);
      say += ".";
      facts.cite(Role::kHolder, busy_asked, &finding);
      facts.cite(Role::kCulprit, facts.defined(busy->function), &finding);
    }
  }
  for (const LockState& lock : look.graph.locks())
    if (lock.resource->what == event::ResourceKind::kSemaphore) busy_semaphore(look, lock);
}

}  // namespace reactortrack::analysis
