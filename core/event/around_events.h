// SPDX-License-Identifier: MIT
//
// Events around Deferreds: what Deferreds wait for besides one another (locks, queues, threads, the
// next iteration of a loop, the end of the reactor), and the rarer things that happen to them. Part of
// the table in event.h.
#pragma once

#include <cstdint>

#include "core/event/ids.h"
#include "core/event/values.h"

namespace reactortrack::event {

// ---- Locks, semaphores, queues and thread pools -------------------------------------------------

// Something that is handed out in turns, told of when it is made or first met.
struct Resource {
  static constexpr EventKind kKind = EventKind::kResource;
  static constexpr const char* kName = "resource";
  ResourceId resource{};
  ResourceKind what{};
  StringId type{};        // dotted name of its class
  std::uint32_t limit{};  // how many can have it at a time, or a queue's size; 0: any number
  std::uint32_t taken{};  // how many had it (or lay in the queue) when it was first met
  StackId stack{};        // where it was made; none when that was before the recording
  static constexpr auto fields() {
    return fields_of(field("resource", &Resource::resource), field("what", &Resource::what),
                     field("type", &Resource::type), field("limit", &Resource::limit),
                     field("taken", &Resource::taken), field("stack", &Resource::stack));
  }
};

// acquire(), get() or deferUntilLocked(): `deferred` is what the caller got to wait for. One that fires
// with no `acquired` before was cancelled, or timed out.
struct Acquiring {
  static constexpr EventKind kKind = EventKind::kAcquiring;
  static constexpr const char* kName = "acquiring";
  ResourceId resource{};
  DeferredId deferred{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("resource", &Acquiring::resource),
                     field("deferred", &Acquiring::deferred), field("stack", &Acquiring::stack));
  }
};

// The resource was given to who waits for `deferred`: it has fired, or does next.
struct Acquired {
  static constexpr EventKind kKind = EventKind::kAcquired;
  static constexpr const char* kName = "acquired";
  ResourceId resource{};
  DeferredId deferred{};
  static constexpr auto fields() {
    return fields_of(field("resource", &Acquired::resource),
                     field("deferred", &Acquired::deferred));
  }
};

// release(), put() or unlock(). Who gets it next follows as `acquired`.
struct Released {
  static constexpr EventKind kKind = EventKind::kReleased;
  static constexpr const char* kName = "released";
  ResourceId resource{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("resource", &Released::resource), field("stack", &Released::stack));
  }
};

// A thread pool has another limit from here on; 0 when it was stopped.
struct Resized {
  static constexpr EventKind kKind = EventKind::kResized;
  static constexpr const char* kName = "resized";
  ResourceId resource{};
  std::uint32_t limit{};
  static constexpr auto fields() {
    return fields_of(field("resource", &Resized::resource), field("limit", &Resized::limit));
  }
};

// ---- Threads --------------------------------------------------------------------------------------

// deferToThread(), callInThread() and the like: a thread of the pool is to run this.
struct WorkQueued {
  static constexpr EventKind kKind = EventKind::kWorkQueued;
  static constexpr const char* kName = "work_queued";
  WorkId work{};
  ResourceId resource{};  // the thread pool
  DeferredId deferred{};  // fires with what comes of it; none for callInThread()
  CallableId function{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("work", &WorkQueued::work), field("resource", &WorkQueued::resource),
                     field("deferred", &WorkQueued::deferred),
                     field("function", &WorkQueued::function), field("stack", &WorkQueued::stack));
  }
};

// In the thread that runs it.
struct WorkStarted {
  static constexpr EventKind kKind = EventKind::kWorkStarted;
  static constexpr const char* kName = "work_started";
  WorkId work{};
  static constexpr auto fields() { return fields_of(field("work", &WorkStarted::work)); }
};

struct WorkEnded {
  static constexpr EventKind kKind = EventKind::kWorkEnded;
  static constexpr const char* kName = "work_ended";
  WorkId work{};
  Result result{};
  static constexpr auto fields() {
    return fields_of(field("work", &WorkEnded::work), field("result", &WorkEnded::result));
  }
};

// reactor.callFromThread(), in the calling thread. `call_started` and `call_ended` follow when the
// reactor runs it.
struct CallFromThread {
  static constexpr EventKind kKind = EventKind::kCallFromThread;
  static constexpr const char* kName = "call_from_thread";
  DelayedCallId call{};
  CallableId function{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("call", &CallFromThread::call),
                     field("function", &CallFromThread::function),
                     field("stack", &CallFromThread::stack));
  }
};

// ---- LoopingCall ----------------------------------------------------------------------------------

// LoopingCall.start(). The loop is over when `deferred` fires: with a failure, when an iteration failed.
struct LoopStarted {
  static constexpr EventKind kKind = EventKind::kLoopStarted;
  static constexpr const char* kName = "loop_started";
  LoopId loop{};  // counts the starts
  CallableId function{};
  Duration interval{};
  DeferredId deferred{};  // what start() returned
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("loop", &LoopStarted::loop), field("function", &LoopStarted::function),
                     field("interval", &LoopStarted::interval),
                     field("deferred", &LoopStarted::deferred),
                     field("stack", &LoopStarted::stack));
  }
};

struct IterationStarted {
  static constexpr EventKind kKind = EventKind::kIterationStarted;
  static constexpr const char* kName = "iteration_started";
  LoopId loop{};
  static constexpr auto fields() { return fields_of(field("loop", &IterationStarted::loop)); }
};

// The function has returned. The next iteration is scheduled when `deferred`, which it returned, has
// fired; none: at once.
struct IterationEnded {
  static constexpr EventKind kKind = EventKind::kIterationEnded;
  static constexpr const char* kName = "iteration_ended";
  LoopId loop{};
  DeferredId deferred{};
  static constexpr auto fields() {
    return fields_of(field("loop", &IterationEnded::loop),
                     field("deferred", &IterationEnded::deferred));
  }
};

// LoopingCall.stop().
struct LoopStopped {
  static constexpr EventKind kKind = EventKind::kLoopStopped;
  static constexpr const char* kName = "loop_stopped";
  LoopId loop{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("loop", &LoopStopped::loop), field("stack", &LoopStopped::stack));
  }
};

// ---- The reactor's start and end ------------------------------------------------------------------

// reactor.stop().
struct ReactorStopping {
  static constexpr EventKind kKind = EventKind::kReactorStopping;
  static constexpr const char* kName = "reactor_stopping";
  StackId stack{};
  static constexpr auto fields() { return fields_of(field("stack", &ReactorStopping::stack)); }
};

// The triggers of a system event are called next, phase by phase.
struct SystemEvent {
  static constexpr EventKind kKind = EventKind::kSystemEvent;
  static constexpr const char* kName = "system_event";
  StringId type{};  // "startup", "shutdown" or a name of the program's own
  static constexpr auto fields() { return fields_of(field("type", &SystemEvent::type)); }
};

struct TriggerStarted {
  static constexpr EventKind kKind = EventKind::kTriggerStarted;
  static constexpr const char* kName = "trigger_started";
  TriggerPhase phase{};
  CallableId function{};
  static constexpr auto fields() {
    return fields_of(field("phase", &TriggerStarted::phase),
                     field("function", &TriggerStarted::function));
  }
};

// `deferred`: what the trigger returned; the next phase waits for those of `before`.
struct TriggerEnded {
  static constexpr EventKind kKind = EventKind::kTriggerEnded;
  static constexpr const char* kName = "trigger_ended";
  DeferredId deferred{};
  static constexpr auto fields() { return fields_of(field("deferred", &TriggerEnded::deferred)); }
};

// ---- More of what happens to a Deferred -----------------------------------------------------------

// Deferred.addTimeout(). It strikes when `call` starts; that call is cancelled when the Deferred fires.
struct Timeout {
  static constexpr EventKind kKind = EventKind::kTimeout;
  static constexpr const char* kName = "timeout";
  DeferredId deferred{};
  DelayedCallId call{};  // none when another clock than the reactor keeps it
  Duration delay{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Timeout::deferred), field("call", &Timeout::call),
                     field("delay", &Timeout::delay), field("stack", &Timeout::stack));
  }
};

// The canceller of this Deferred raised; `cancelled` follows.
struct CancellerRaised {
  static constexpr EventKind kKind = EventKind::kCancellerRaised;
  static constexpr const char* kName = "canceller_raised";
  DeferredId deferred{};
  FailureId failure{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &CancellerRaised::deferred),
                     field("failure", &CancellerRaised::failure));
  }
};

// The Deferred and an asyncio Future were tied together.
struct Future {
  static constexpr EventKind kKind = EventKind::kFuture;
  static constexpr const char* kName = "future";
  DeferredId deferred{};
  FutureLink link{};
  StringId type{};        // dotted name of the Future's class
  CallableId function{};  // a Task's coroutine
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Future::deferred), field("link", &Future::link),
                     field("type", &Future::type), field("function", &Future::function),
                     field("stack", &Future::stack));
  }
};

// A coroutine object is gone that nothing ever ran.
struct NeverAwaited {
  static constexpr EventKind kKind = EventKind::kNeverAwaited;
  static constexpr const char* kName = "never_awaited";
  CallableId function{};
  StackId stack{};  // where it went, which is where it was dropped unless it was kept for a while
  static constexpr auto fields() {
    return fields_of(field("function", &NeverAwaited::function),
                     field("stack", &NeverAwaited::stack));
  }
};

// `await` on a Deferred that had its result: the coroutine goes on without a wait.
struct Awaited {
  static constexpr EventKind kKind = EventKind::kAwaited;
  static constexpr const char* kName = "awaited";
  DeferredId deferred{};
  DeferredId by{};  // the coroutine's own Deferred; none when another loop runs the coroutine
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Awaited::deferred), field("by", &Awaited::by),
                     field("stack", &Awaited::stack));
  }
};

// A context variable has another value for the code that fired this Deferred, because of a
// callback that ran on the way.
struct ContextChanged {
  static constexpr EventKind kKind = EventKind::kContextChanged;
  static constexpr const char* kName = "context_changed";
  DeferredId deferred{};
  StringId variable{};  // its name
  StackId stack{};      // of the code whose context it is
  static constexpr auto fields() {
    return fields_of(field("deferred", &ContextChanged::deferred),
                     field("variable", &ContextChanged::variable),
                     field("stack", &ContextChanged::stack));
  }
};

}  // namespace reactortrack::event
