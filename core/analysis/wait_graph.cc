// SPDX-License-Identifier: MIT
#include "core/analysis/wait_graph.h"

#include <algorithm>
#include <unordered_set>

#include "core/text/text.h"

namespace reactortrack::analysis {

using event::DeferredId;
using event::number;
using replay::happened;

bool may_go_on(Cause cause) {
  switch (cause) {
    case Cause::kNothingKnown:
    case Cause::kCancellerRaised:
    case Cause::kLock:
    case Cause::kPaused: return false;
    case Cause::kQueue:
    case Cause::kQueuedWork:
    case Cause::kWork:
    case Cause::kLoop:
    case Cause::kTimer:
    case Cause::kTimeout:
    case Cause::kFuture:
    case Cause::kFinished: return true;
  }
  return true;
}

WaitGraph::WaitGraph(const Facts& facts)
    : facts_(facts),
      taken_by_(facts.model().takes().size() + facts.around().quick_awaits().size()) {
  for (const replay::Take& each : facts_.model().takes()) taken_by_.add(each.from, each.deferred);
  for (const replay::QuickAwait& each : facts_.around().quick_awaits())
    if (each.by != DeferredId::kNone) taken_by_.add(each.deferred, each.by);
  taken_by_.sort();
  for (const replay::CancellerError& each : facts_.around().canceller_errors())
    canceller_errors_[each.deferred] = &each;
  for (const replay::Resource& each : facts_.around().resources()) {
    lock_places_[each.id] = locks_.size();
    locks_.push_back({&each, {}, {}, each.what == event::ResourceKind::kQueue ? each.taken : 0});
  }
  match_releases();
}

// ---- Locks ----------------------------------------------------------------------------------------

// Grants and releases in the order they happened. A release does not say whose it is; the holder it
// fits best is the one that released.
void WaitGraph::match_releases() {
  std::vector<const replay::Acquisition*> grants;
  for (const replay::Acquisition& each : facts_.around().acquisitions()) {
    if (happened(each.granted_at)) {
      grants.push_back(&each);
      continue;
    }
    const replay::Deferred* asked = facts_.find(each.deferred);
    if (asked != nullptr && facts_.is_open(*asked) && !asked->fired())
      locks_[lock_places_.at(each.resource)].queue.push_back(&each);
  }
  std::stable_sort(grants.begin(), grants.end(),
                   [](auto* a, auto* b) { return a->granted_at < b->granted_at; });
  auto grant = grants.begin();
  const auto grant_until = [&](replay::EventNumber until) {
    for (; grant != grants.end() && (*grant)->granted_at < until; ++grant) {
      LockState& lock = locks_[lock_places_.at((*grant)->resource)];
      if (lock.resource->what == event::ResourceKind::kQueue) {
        if (lock.put != 0) --lock.put;
      } else {
        lock.holders.push_back({*grant, owner(**grant)});
      }
    }
  };
  for (const replay::Release& each : facts_.around().releases()) {
    grant_until(each.at);
    release(each, &locks_[lock_places_.at(each.resource)]);
  }
  grant_until(static_cast<replay::EventNumber>(UINT32_MAX));
}

void WaitGraph::release(const replay::Release& release, LockState* lock) const {
  if (lock->resource->what == event::ResourceKind::kQueue) {
    ++lock->put;
    return;
  }
  if (lock->holders.empty()) return;
  constexpr std::ptrdiff_t kMostLookedAt = 64;
  auto best = lock->holders.begin();
  int best_fit = 0;
  const std::ptrdiff_t count = std::min(kMostLookedAt, std::ssize(lock->holders));
  for (auto each = best; each != lock->holders.begin() + count; ++each) {
    const int fits = fit(release, *each);
    if (fits <= best_fit) continue;
    best = each;
    best_fit = fits;
  }
  lock->holders.erase(best);
}

int WaitGraph::fit(const replay::Release& release, const Holder& holder) const {
  const replay::Pair& inside = facts_.model().pair(release.inside.pair());
  if (inside.continues != DeferredId::kNone && inside.continues == holder.owner) return 3;
  const replay::Deferred* asked = facts_.find(holder.acquisition->deferred);
  if (asked != nullptr && inside.deferred != DeferredId::kNone) {
    if (inside.deferred == asked->id) return 3;
    bool waits = false;
    facts_.each_wait(*asked,
                     [&](const replay::Wait& wait) { waits |= wait.on == inside.deferred; });
    if (waits) return 3;
  }
  const event::Site& asked_at = facts_.place(holder.acquisition->stack);
  const event::Site& released_at = facts_.place(release.stack);
  const bool same_function =
      asked_at.file == released_at.file && asked_at.function == released_at.function;
  if (!same_function) return 0;
  return release.inside == holder.acquisition->inside ? 2 : 1;
}

DeferredId WaitGraph::owner(const replay::Acquisition& acquisition) const {
  constexpr int kMost = 64;
  const replay::Deferred* at = facts_.find(acquisition.deferred);
  DeferredId owner = acquisition.deferred;
  for (int step = 0; at != nullptr && step < kMost; ++step) {
    const bool over = at->fired() && !facts_.is_unfinished(*at);
    if (!over || (step != 0 && at->fired_value().is_failure())) break;
    DeferredId next{};
    facts_.each_waiter(*at, [&](const replay::Wait& wait) { next = wait.deferred; });
    if (const DeferredId* taken = taken_by_.find(at->id)) next = *taken;
    const replay::Deferred* up = facts_.find(next);
    if (up == nullptr || up == at) break;
    // Whoever waits for a coroutine that is over may have taken the lock through it; when that is
    // over as well, the coroutine itself was the one.
    if (step == 0 || facts_.is_open(*up)) owner = next;
    at = up;
  }
  return owner;
}

const LockState* WaitGraph::lock(event::ResourceId id) const {
  const auto found = lock_places_.find(id);
  return found == lock_places_.end() ? nullptr : &locks_[found->second];
}

// ---- Edges ----------------------------------------------------------------------------------------

std::vector<Edge> WaitGraph::edges(const replay::Deferred& deferred) const {
  std::vector<Edge> edges;
  if (facts_.model().ties(deferred).open_waits != 0)
    facts_.each_wait(deferred, [&](const replay::Wait& wait) {
      if (facts_.model().holds_up(wait)) edges.push_back({wait.on, &wait, nullptr, nullptr});
    });
  if (!edges.empty() || deferred.fired()) return edges;
  if (const replay::Acquisition* asked = facts_.acquisition(deferred.id);
      asked != nullptr && !happened(asked->granted_at)) {
    if (const LockState* held = lock(asked->resource))
      for (const Holder& each : held->holders)
        if (each.owner != DeferredId::kNone) edges.push_back({each.owner, nullptr, asked, nullptr});
  }
  if (const replay::Loop* loop = facts_.loop(deferred.id);
      loop != nullptr && loop->returned != DeferredId::kNone) {
    const replay::Deferred* returned = facts_.find(loop->returned);
    if (returned != nullptr && facts_.is_unfinished(*returned))
      edges.push_back({loop->returned, nullptr, nullptr, loop});
  }
  return edges;
}

Cause WaitGraph::cause(const replay::Deferred& deferred) const {
  if (deferred.fired())
    return facts_.model().state_of(deferred) == replay::State::kPaused ? Cause::kPaused
           : facts_.is_unfinished(deferred)                            ? Cause::kNothingKnown
                                                                       : Cause::kFinished;
  if (const replay::Acquisition* asked = facts_.acquisition(deferred.id)) {
    const replay::Resource* resource = facts_.around().find(asked->resource);
    const bool queue = resource != nullptr && resource->what == event::ResourceKind::kQueue;
    return queue ? Cause::kQueue : Cause::kLock;
  }
  if (const replay::Work* work = facts_.work(deferred.id))
    return happened(work->started_at) ? Cause::kWork : Cause::kQueuedWork;
  if (facts_.loop(deferred.id) != nullptr) return Cause::kLoop;
  if (canceller_errors_.contains(deferred.id)) return Cause::kCancellerRaised;
  if (const replay::Timeout* timeout = facts_.timeout(deferred.id)) {
    const replay::DelayedCall* call = facts_.model().find(timeout->call);
    if (call != nullptr && !happened(call->started_at) && !happened(call->ended_at))
      return Cause::kTimeout;
  }
  if (facts_.from_future(deferred.id) != nullptr) return Cause::kFuture;
  if (facts_.timer(deferred) != nullptr) return Cause::kTimer;
  return Cause::kNothingKnown;
}

Bottom WaitGraph::bottom(const replay::Deferred& deferred) const {
  Bottom bottom;
  bottom.deferred = deferred.id;
  std::unordered_set<DeferredId> met;
  const replay::Deferred* at = &deferred;
  while (at != nullptr) {
    bottom.deferred = at->id;
    if (!met.insert(at->id).second) {
      bottom.in_cycle = true;
      return bottom;
    }
    const std::vector<Edge> edges = this->edges(*at);
    const Edge* next = nullptr;
    for (const Edge& each : edges) {
      const replay::Deferred* to = facts_.find(each.to);
      if (to == nullptr || !facts_.is_unfinished(*to)) continue;
      next = &each;
      break;
    }
    if (next == nullptr) break;
    bottom.last = next->wait;
    at = facts_.find(next->to);
  }
  if (at != nullptr) bottom.cause = cause(*at);
  return bottom;
}

// ---- Cycles ---------------------------------------------------------------------------------------

namespace {

struct Step {
  DeferredId deferred{};
  std::vector<Edge> edges;
  std::size_t next = 0;
};

}  // namespace

std::vector<std::vector<DeferredId>> WaitGraph::cycles() const {
  std::vector<std::vector<DeferredId>> cycles;
  std::unordered_set<DeferredId> done;
  std::unordered_map<DeferredId, std::size_t> on_path;
  std::vector<Step> path;
  const auto enter = [&](const replay::Deferred& deferred) {
    if (done.contains(deferred.id)) return;
    on_path[deferred.id] = path.size();
    std::vector<Edge> edges = this->edges(deferred);
    // Of several holders of a semaphore any can go on.
    if (edges.size() > 1 && edges[0].queued != nullptr) edges.clear();
    path.push_back({deferred.id, std::move(edges), 0});
  };
  for (const replay::Deferred& each : facts_.model().deferreds()) {
    if (!facts_.is_open(each)) continue;
    enter(each);
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next == step.edges.size()) {
        done.insert(step.deferred);
        on_path.erase(step.deferred);
        path.pop_back();
        continue;
      }
      const DeferredId to = step.edges[step.next++].to;
      if (const auto met = on_path.find(to); met != on_path.end()) {
        std::vector<DeferredId>& cycle = cycles.emplace_back();
        for (std::size_t i = met->second; i < path.size(); ++i) cycle.push_back(path[i].deferred);
        continue;
      }
      const replay::Deferred* target = facts_.find(to);
      if (target != nullptr && facts_.is_open(*target)) enter(*target);
    }
  }
  return cycles;
}

std::string WaitGraph::why(const Bottom& bottom) const {
  switch (bottom.cause) {
    case Cause::kNothingKnown: return "nothing that was recorded would fire it";
    case Cause::kCancellerRaised: return "its canceller raised, so that cancel() did not fire it";
    case Cause::kLock: return "it is in the queue of a lock that nobody gives back";
    case Cause::kQueue: return "its DeferredQueue is empty";
    case Cause::kQueuedWork: return "no thread of the pool has taken its work yet";
    case Cause::kWork: return "a thread of the pool is at work on it";
    case Cause::kLoop: return "its loop runs";
    case Cause::kTimer: return "a delayed call is to come that was scheduled where it was made";
    case Cause::kTimeout: return "its timeout is to come";
    case Cause::kFuture: return "it waits for an asyncio Future";
    case Cause::kPaused: return "it is paused";
    case Cause::kFinished: return "it is done";
  }
  return "";
}

}  // namespace reactortrack::analysis
