// SPDX-License-Identifier: MIT
//
// Around: the records of what happens around Deferreds: locks, semaphores, queues and thread pools,
// work in threads, loops, the triggers of the reactor's start and end, and the rarer things that
// happen to a Deferred. Part of the Model, which says when and inside what each thing happened.
//
//   for (const Acquisition& each : model.around().acquisitions()) ...
//
// Cost: constant time an event; 16 to 56 bytes a record.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/event/event.h"
#include "core/replay/event_number.h"
#include "core/replay/index.h"
#include "core/replay/pool.h"
#include "core/replay/records.h"

namespace reactortrack::replay {

// A lock, semaphore, queue or thread pool.
struct Resource {
  event::ResourceId id{};
  event::ResourceKind what{};
  event::StringId type{};
  event::StackId stack{};   // where it was made
  std::uint32_t limit = 0;  // how many can have it; of a queue its size; 0: any number
  std::uint32_t taken = 0;  // how many had it, or lay in the queue, when it was first met
  EventNumber seen_at{};
};

// One call of acquire(), get() or deferUntilLocked().
struct Acquisition {
  event::ResourceId resource{};
  event::DeferredId deferred{};
  event::StackId stack{};
  EventNumber asked_at{};
  EventNumber granted_at{};
  Frame inside{};  // what asked
};

// One call of release(), put() or unlock().
struct Release {
  event::ResourceId resource{};
  event::StackId stack{};
  EventNumber at{};
  Frame inside{};
};

// What a thread of a pool is to run.
struct Work {
  event::WorkId id{};
  event::ResourceId pool{};
  event::DeferredId deferred{};
  event::CallableId function{};
  event::StackId stack{};
  EventNumber queued_at{};
  EventNumber started_at{};
  EventNumber ended_at{};
};

// One run of a LoopingCall, from its start() on.
struct Loop {
  event::LoopId id{};
  event::CallableId function{};
  event::DeferredId deferred{};  // what start() returned
  event::StackId stack{};
  std::int64_t interval_ns = 0;
  EventNumber started_at{};
  EventNumber stopped_at{};  // stop() was called
  event::StackId stopped_stack{};
  std::uint32_t iterations = 0;  // begun
  EventNumber iteration_started_at{};
  EventNumber iteration_ended_at{};  // of the last iteration; kNone while its function runs
  event::DeferredId returned{};      // by the last iteration
};

// One call of a LoopingCall's function.
struct Iteration {
  event::LoopId loop{};
  event::DeferredId returned{};
  EventNumber started_at{};
  EventNumber ended_at{};
};

// One call of a trigger of a system event.
struct Trigger {
  event::StringId event{};  // "startup", "shutdown" or another
  event::TriggerPhase phase{};
  event::CallableId function{};
  event::DeferredId deferred{};  // what it returned
  EventNumber started_at{};
  EventNumber ended_at{};
};

struct Timeout {
  event::DeferredId deferred{};
  event::DelayedCallId call{};
  event::StackId stack{};
  std::int64_t delay_ns = 0;
  EventNumber at{};
};

// pause() or unpause().
struct PauseCall {
  event::DeferredId deferred{};
  event::StackId stack{};
  std::int32_t count = 0;  // of unmatched pauses, afterwards
  EventNumber at{};
  bool unpauses = false;
};

struct CancellerError {
  event::DeferredId deferred{};
  event::FailureId failure{};
  EventNumber at{};
};

struct FutureTie {
  event::DeferredId deferred{};
  event::CallableId function{};
  event::StackId stack{};
  event::FutureLink link{};
  EventNumber at{};
};

struct NeverAwaited {
  event::CallableId function{};
  event::StackId stack{};
  EventNumber at{};
};

// `await` on a Deferred that had its result already.
struct QuickAwait {
  event::DeferredId deferred{};
  event::DeferredId by{};  // the coroutine's own Deferred, if it has one
  event::StackId stack{};
  EventNumber at{};
};

struct ContextChange {
  event::DeferredId deferred{};
  event::StringId variable{};
  event::StackId stack{};
  EventNumber at{};
};

struct Stopping {
  event::StackId stack{};
  EventNumber at{};
};

// When something happened, and inside what.
struct Stamp {
  EventNumber at{};
  Frame inside{};
};

class Around {
 public:
  const Pool<Resource>& resources() const { return resources_; }
  const Pool<Acquisition>& acquisitions() const { return acquisitions_; }
  const Pool<Release>& releases() const { return releases_; }
  const Pool<Work>& works() const { return works_; }
  const Pool<Loop>& loops() const { return loops_; }
  const Pool<Iteration>& iterations() const { return iterations_; }
  const Pool<Trigger>& triggers() const { return triggers_; }
  const Pool<Timeout>& timeouts() const { return timeouts_; }
  const Pool<PauseCall>& pause_calls() const { return pause_calls_; }
  const Pool<CancellerError>& canceller_errors() const { return canceller_errors_; }
  const Pool<FutureTie>& futures() const { return futures_; }
  const Pool<NeverAwaited>& never_awaited() const { return never_awaited_; }
  const Pool<QuickAwait>& quick_awaits() const { return quick_awaits_; }
  const Pool<ContextChange>& context_changes() const { return context_changes_; }
  const Pool<Stopping>& stops() const { return stops_; }

  // Classes of the readers and writers that the reactor served, each once; at most kMaxIoTypes.
  std::span<const event::StringId> io_types() const { return io_types_; }

  // nullptr when nothing was heard of it.
  const Resource* find(event::ResourceId id) const;
  const Loop* find(event::LoopId id) const;

  void on(const event::Resource& resource, const Stamp& now);
  void on(const event::Acquiring& acquiring, const Stamp& now);
  void on(const event::Acquired& acquired, const Stamp& now);
  void on(const event::Released& released, const Stamp& now);
  void on(const event::Resized& resized, const Stamp& now);
  void on(const event::WorkQueued& work, const Stamp& now);
  void on(const event::WorkStarted& work, const Stamp& now);
  void on(const event::WorkEnded& work, const Stamp& now);
  void on(const event::LoopStarted& loop, const Stamp& now);
  void on(const event::IterationStarted& iteration, const Stamp& now);
  void on(const event::IterationEnded& iteration, const Stamp& now);
  void on(const event::LoopStopped& loop, const Stamp& now);
  void on(const event::ReactorStopping& stopping, const Stamp& now);
  void on(const event::SystemEvent& event, const Stamp& now);
  void on(const event::TriggerStarted& trigger, const Stamp& now);
  void on(const event::TriggerEnded& trigger, const Stamp& now);
  void on(const event::Timeout& timeout, const Stamp& now);
  void on(const event::Paused& paused, const Stamp& now);
  void on(const event::Unpaused& unpaused, const Stamp& now);
  void on(const event::CancellerRaised& raised, const Stamp& now);
  void on(const event::Future& future, const Stamp& now);
  void on(const event::NeverAwaited& coroutine, const Stamp& now);
  void on(const event::Awaited& awaited, const Stamp& now);
  void on(const event::ContextChanged& change, const Stamp& now);
  void on(const event::IoStarted& io, const Stamp& now);

 private:
  Resource& touch(event::ResourceId id, const Stamp& now);
  Work& touch(event::WorkId id);
  Loop& touch(event::LoopId id);

  Pool<Resource> resources_;
  Pool<Acquisition> acquisitions_;
  Pool<Release> releases_;
  Pool<Work> works_;
  Pool<Loop> loops_;
  Pool<Iteration> iterations_;
  Pool<Trigger> triggers_;
  Pool<Timeout> timeouts_;
  Pool<PauseCall> pause_calls_;
  Pool<CancellerError> canceller_errors_;
  Pool<FutureTie> futures_;
  Pool<NeverAwaited> never_awaited_;
  Pool<QuickAwait> quick_awaits_;
  Pool<ContextChange> context_changes_;
  Pool<Stopping> stops_;
  SerialIndex resource_places_;
  SerialIndex work_places_;
  SerialIndex loop_places_;
  SerialIndex acquisition_places_;  // by Deferred: its newest
  event::StringId system_event_{};
  static constexpr std::size_t kMaxIoTypes = 64;
  std::vector<event::StringId> io_types_;
};

}  // namespace reactortrack::replay
