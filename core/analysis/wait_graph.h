// SPDX-License-Identifier: MIT
//
// WaitGraph: who waits for what at the end of a recording, over everything that can be waited for:
// Deferreds (returned, chained, awaited, members of lists), locks and semaphores, queues, threads,
// timers and loops.
//
//   for (const Edge& edge : graph.edges(deferred)) ...     // what it waits for directly
//   const Bottom bottom = graph.bottom(deferred);          // where following that ends, and why
//
// Cost: linear in the records to build; an edge list is as long as what the Deferred waits for.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/analysis/by_deferred.h"
#include "core/analysis/facts.h"

namespace reactortrack::analysis {

// What a Deferred that waits for no other one waits for.
enum class Cause : std::uint8_t {
  kNothingKnown,     // nothing in the recording says that anything would fire it
  kCancellerRaised,  // as above, and a cancel() failed to fire it
  kLock,             // in the queue of a lock or semaphore
  kQueue,            // for an item of a DeferredQueue
  kQueuedWork,       // no thread of the pool has taken it yet
  kWork,             // a thread works on it
  kLoop,             // the Deferred of a loop that runs
  kTimer,            // a delayed call is to come that was scheduled where it was made
  kTimeout,          // a timeout is to come
  kFuture,           // an asyncio Future
  kPaused,           // pause() without unpause()
  kFinished,         // it has its result: nothing
};
// Whether something that will fire it is known, or it is meant to wait for as long as it takes.
bool may_go_on(Cause cause);

struct Edge {
  event::DeferredId to{};
  const replay::Wait* wait = nullptr;           // a wait for a Deferred, or
  const replay::Acquisition* queued = nullptr;  // in the queue of what `to` holds, or
  const replay::Loop* loop = nullptr;           // an iteration of it returned `to`
};

struct Bottom {
  event::DeferredId deferred{};
  Cause cause = Cause::kNothingKnown;
  bool in_cycle = false;
  const replay::Wait* last = nullptr;  // the wait that leads to it; nullptr when there was none
};

// One that has a lock or a token of a semaphore.
struct Holder {
  const replay::Acquisition* acquisition = nullptr;
  event::DeferredId owner{};  // whose code goes on while it is held; the Deferred of acquire() else
};

struct LockState {
  const replay::Resource* resource = nullptr;
  std::vector<Holder> holders;
  std::vector<const replay::Acquisition*> queue;
  std::uint64_t put = 0;  // of a DeferredQueue: items that were put and not got
};

class WaitGraph {
 public:
  explicit WaitGraph(const Facts& facts);

  std::vector<Edge> edges(const replay::Deferred& deferred) const;
  Cause cause(const replay::Deferred& deferred) const;
  // Follows the first edge of each; the first that has none, or that was met before.
  Bottom bottom(const replay::Deferred& deferred) const;
  // Each ring of Deferreds that wait for one another, once.
  std::vector<std::vector<event::DeferredId>> cycles() const;

  const std::vector<LockState>& locks() const { return locks_; }
  const LockState* lock(event::ResourceId id) const;
  // What waits for it, in words: "it is paused", "a thread of the pool works on it".
  std::string why(const Bottom& bottom) const;

 private:
  void match_releases();
  void release(const replay::Release& release, LockState* lock) const;
  int fit(const replay::Release& release, const Holder& holder) const;
  event::DeferredId owner(const replay::Acquisition& acquisition) const;

  const Facts& facts_;
  std::vector<LockState> locks_;
  std::unordered_map<event::ResourceId, std::size_t> lock_places_;
  FirstOf<event::DeferredId> taken_by_;
  std::unordered_map<event::DeferredId, const replay::CancellerError*> canceller_errors_;
};

}  // namespace reactortrack::analysis
