// SPDX-License-Identifier: MIT
//
// What can happen to the Deferreds of a program: the one table of event kinds.
//
// Each kind is a plain struct with a `kKind`, a `kName` (the word people and JSON see) and `fields()`,
// the list of its members in the order they are written. The Writer, the Reader, the JSON lines and
// the text output all walk `fields()`; nothing else in the project knows what a kind consists of.
//
//   event::Started started{.deferred = id, .position = 2, .lane = Lane::kCallback};
//   event::for_each_field(started, [](const char* name, const auto& value) { ... });
//
// To add a kind: write its struct here (or in around_events.h, for what happens around Deferreds), add
// it to `Body`, give it an unused number in values.h, and describe it in docs/log-format.md (a test
// compares the two). Numbers are never reused.
//
// Longer than a file should be: it is a table.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "core/event/around_events.h"
#include "core/event/ids.h"
#include "core/event/segment_events.h"
#include "core/event/values.h"

namespace reactortrack::event {

// ---- Definitions ------------------------------------------------------------------------------

// A text, UTF-8. Its id is its number among the strings of the recording.
struct String {
  static constexpr EventKind kKind = EventKind::kString;
  static constexpr const char* kName = "string";
  std::string_view text;
  static constexpr auto fields() { return fields_of(field("text", &String::text)); }
};

// A place in a source file.
struct Site {
  static constexpr EventKind kKind = EventKind::kSite;
  static constexpr const char* kName = "site";
  StringId file{};
  StringId function{};     // qualified name
  std::uint32_t line = 0;  // from 1; 0 is unknown
  static constexpr auto fields() {
    return fields_of(field("file", &Site::file), field("function", &Site::function),
                     field("line", &Site::line));
  }
};

// A call stack as a trie: the innermost site and the stack of its caller.
struct Stack {
  static constexpr EventKind kKind = EventKind::kStack;
  static constexpr const char* kName = "stack";
  StackId caller{};
  SiteId site{};
  static constexpr auto fields() {
    return fields_of(field("caller", &Stack::caller), field("site", &Stack::site));
  }
};

// Something that can be called: a function, method, coroutine function or other callable.
struct Callable {
  static constexpr EventKind kKind = EventKind::kCallable;
  static constexpr const char* kName = "callable";
  StringId module{};  // none when unknown
  StringId name{};    // qualified name within the module
  SiteId site{};      // where it is defined; none for what is not written in Python
  static constexpr auto fields() {
    return fields_of(field("module", &Callable::module), field("name", &Callable::name),
                     field("site", &Callable::site));
  }
};

// A fact about the recording: settings, versions, command line. Keys are listed in log-format.md.
struct Info {
  static constexpr EventKind kKind = EventKind::kInfo;
  static constexpr const char* kName = "info";
  std::string_view key;
  std::string_view value;
  static constexpr auto fields() {
    return fields_of(field("key", &Info::key), field("value", &Info::value));
  }
};

// ---- Events -----------------------------------------------------------------------------------

// The events that follow happened in this thread.
struct Thread {
  static constexpr EventKind kKind = EventKind::kThread;
  static constexpr const char* kName = "thread";
  ThreadId thread{};  // in order of appearance, from 1
  StringId name{};
  static constexpr auto fields() {
    return fields_of(field("thread", &Thread::thread), field("name", &Thread::name));
  }
};

struct Created {
  static constexpr EventKind kKind = EventKind::kCreated;
  static constexpr const char* kName = "created";
  DeferredId deferred{};
  StringId type{};         // dotted name of its class
  Address address{};       // its id()
  CallableId canceller{};  // none without one
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Created::deferred), field("type", &Created::type),
                     field("id", &Created::address), field("canceller", &Created::canceller),
                     field("stack", &Created::stack));
  }
};

// A Deferred that was made before recording began, seen for the first time. The callbacks it
// already has follow as `attached`.
struct Adopted {
  static constexpr EventKind kKind = EventKind::kAdopted;
  static constexpr const char* kName = "adopted";
  DeferredId deferred{};
  StringId type{};
  Address address{};
  EndState state{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Adopted::deferred), field("type", &Adopted::type),
                     field("id", &Adopted::address), field("state", &Adopted::state));
  }
};

// A pair was added to the chain; its position is the number of pairs attached before it.
struct Attached {
  static constexpr EventKind kKind = EventKind::kAttached;
  static constexpr const char* kName = "attached";
  DeferredId deferred{};
  CallableId callback{};  // none: passes values through
  CallableId errback{};   // none: passes failures through
  StackId stack{};        // out to the first frame outside Twisted
  static constexpr auto fields() {
    return fields_of(field("deferred", &Attached::deferred), field("callback", &Attached::callback),
                     field("errback", &Attached::errback), field("stack", &Attached::stack));
  }
};

struct Fired {
  static constexpr EventKind kKind = EventKind::kFired;
  static constexpr const char* kName = "fired";
  DeferredId deferred{};
  Result result{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Fired::deferred), field("result", &Fired::result),
                     field("stack", &Fired::stack));
  }
};

// callback() or errback() on a Deferred that had fired.
struct FiredAgain {
  static constexpr EventKind kKind = EventKind::kFiredAgain;
  static constexpr const char* kName = "fired_again";
  DeferredId deferred{};
  bool suppressed = false;  // swallowed, because it had been cancelled; else AlreadyCalledError
  Result result{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &FiredAgain::deferred),
                     field("suppressed", &FiredAgain::suppressed),
                     field("result", &FiredAgain::result), field("stack", &FiredAgain::stack));
  }
};

// One side of a pair begins to run.
struct Started {
  static constexpr EventKind kKind = EventKind::kStarted;
  static constexpr const char* kName = "started";
  DeferredId deferred{};
  std::uint32_t position = 0;  // of the pair in the order of attachment, from 0
  Lane lane{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Started::deferred), field("position", &Started::position),
                     field("lane", &Started::lane));
  }
};

// The callback that this Deferred started last has ended.
struct Finished {
  static constexpr EventKind kKind = EventKind::kFinished;
  static constexpr const char* kName = "finished";
  DeferredId deferred{};
  Result result{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Finished::deferred), field("result", &Finished::result));
  }
};

struct Waiting {
  static constexpr EventKind kKind = EventKind::kWaiting;
  static constexpr const char* kName = "waiting";
  DeferredId deferred{};  // the one that waits
  DeferredId on{};
  WaitKind how{};
  StackId stack{};  // kAwaited: the suspended coroutines, innermost first; else the current stack
  static constexpr auto fields() {
    return fields_of(field("deferred", &Waiting::deferred), field("on", &Waiting::on),
                     field("how", &Waiting::how), field("stack", &Waiting::stack));
  }
};

// The wait is over: the other Deferred handed over its result.
struct Resumed {
  static constexpr EventKind kKind = EventKind::kResumed;
  static constexpr const char* kName = "resumed";
  DeferredId deferred{};
  DeferredId by{};
  Result result{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Resumed::deferred), field("by", &Resumed::by),
                     field("result", &Resumed::result));
  }
};

// A callback returned a Deferred that had a result already: the result moved over without a wait.
struct Taken {
  static constexpr EventKind kKind = EventKind::kTaken;
  static constexpr const char* kName = "taken";
  DeferredId deferred{};
  DeferredId from{};
  Result result{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Taken::deferred), field("from", &Taken::from),
                     field("result", &Taken::result));
  }
};

struct Paused {
  static constexpr EventKind kKind = EventKind::kPaused;
  static constexpr const char* kName = "paused";
  DeferredId deferred{};
  std::int32_t count = 0;  // of unmatched pauses, afterwards
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Paused::deferred), field("count", &Paused::count),
                     field("stack", &Paused::stack));
  }
};

struct Unpaused {
  static constexpr EventKind kKind = EventKind::kUnpaused;
  static constexpr const char* kName = "unpaused";
  DeferredId deferred{};
  std::int32_t count = 0;  // of unmatched pauses, afterwards; below 0: unpaused too often
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Unpaused::deferred), field("count", &Unpaused::count),
                     field("stack", &Unpaused::stack));
  }
};

// cancel() was called.
struct Cancelling {
  static constexpr EventKind kKind = EventKind::kCancelling;
  static constexpr const char* kName = "cancelling";
  DeferredId deferred{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Cancelling::deferred), field("stack", &Cancelling::stack));
  }
};

// cancel() returned or raised.
struct Cancelled {
  static constexpr EventKind kKind = EventKind::kCancelled;
  static constexpr const char* kName = "cancelled";
  DeferredId deferred{};
  CancelEffect effect{};
  DeferredId to{};  // kForwarded: the Deferred that was cancelled instead
  static constexpr auto fields() {
    return fields_of(field("deferred", &Cancelled::deferred), field("effect", &Cancelled::effect),
                     field("to", &Cancelled::to));
  }
};

// The Deferred object is gone.
struct Collected {
  static constexpr EventKind kKind = EventKind::kCollected;
  static constexpr const char* kName = "collected";
  DeferredId deferred{};
  EndState state{};
  std::uint32_t left = 0;  // callback pairs that never ran
  static constexpr auto fields() {
    return fields_of(field("deferred", &Collected::deferred), field("state", &Collected::state),
                     field("left", &Collected::left));
  }
};

// A Failure seen for the first time.
struct FailureSeen {
  static constexpr EventKind kKind = EventKind::kFailure;
  static constexpr const char* kName = "failure";
  FailureId failure{};
  StringId type{};      // dotted name of the exception's class
  StringId message{};   // str() of the exception, only when values are recorded
  StackId traceback{};  // innermost is where it was raised; none for a Failure without traceback
  static constexpr auto fields() {
    return fields_of(field("failure", &FailureSeen::failure), field("type", &FailureSeen::type),
                     field("message", &FailureSeen::message),
                     field("traceback", &FailureSeen::traceback));
  }
};

// The Deferred is the result of this coroutine or inlineCallbacks function.
struct Coroutine {
  static constexpr EventKind kKind = EventKind::kCoroutine;
  static constexpr const char* kName = "coroutine";
  DeferredId deferred{};
  CallableId function{};
  static constexpr auto fields() {
    return fields_of(field("deferred", &Coroutine::deferred),
                     field("function", &Coroutine::function));
  }
};

// The reactor begins to run what is due: calls from threads, then delayed calls.
struct TurnStarted {
  static constexpr EventKind kKind = EventKind::kTurnStarted;
  static constexpr const char* kName = "turn_started";
  static constexpr auto fields() { return fields_of(); }
};

struct TurnEnded {
  static constexpr EventKind kKind = EventKind::kTurnEnded;
  static constexpr const char* kName = "turn_ended";
  std::uint32_t calls = 0;  // delayed calls run in this turn
  static constexpr auto fields() { return fields_of(field("calls", &TurnEnded::calls)); }
};

// The reactor goes to wait for input and output.
struct PollStarted {
  static constexpr EventKind kKind = EventKind::kPollStarted;
  static constexpr const char* kName = "poll_started";
  Duration timeout{};  // below 0: no limit
  static constexpr auto fields() { return fields_of(field("timeout", &PollStarted::timeout)); }
};

// The wait is over: the first event source is served next, or nothing was ready.
struct PollEnded {
  static constexpr EventKind kKind = EventKind::kPollEnded;
  static constexpr const char* kName = "poll_ended";
  static constexpr auto fields() { return fields_of(); }
};

// reactor.callLater().
struct CallScheduled {
  static constexpr EventKind kKind = EventKind::kCallScheduled;
  static constexpr const char* kName = "call_scheduled";
  DelayedCallId call{};
  CallableId function{};
  Duration delay{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("call", &CallScheduled::call),
                     field("function", &CallScheduled::function),
                     field("delay", &CallScheduled::delay), field("stack", &CallScheduled::stack));
  }
};

struct CallStarted {
  static constexpr EventKind kKind = EventKind::kCallStarted;
  static constexpr const char* kName = "call_started";
  DelayedCallId call{};
  Duration late{};  // after the time it was due
  static constexpr auto fields() {
    return fields_of(field("call", &CallStarted::call), field("late", &CallStarted::late));
  }
};

struct CallEnded {
  static constexpr EventKind kKind = EventKind::kCallEnded;
  static constexpr const char* kName = "call_ended";
  DelayedCallId call{};
  static constexpr auto fields() { return fields_of(field("call", &CallEnded::call)); }
};

struct CallCancelled {
  static constexpr EventKind kKind = EventKind::kCallCancelled;
  static constexpr const char* kName = "call_cancelled";
  DelayedCallId call{};
  StackId stack{};
  static constexpr auto fields() {
    return fields_of(field("call", &CallCancelled::call), field("stack", &CallCancelled::stack));
  }
};

// DelayedCall.reset() or delay().
struct CallReset {
  static constexpr EventKind kKind = EventKind::kCallReset;
  static constexpr const char* kName = "call_reset";
  DelayedCallId call{};
  Duration delay{};  // from now
  static constexpr auto fields() {
    return fields_of(field("call", &CallReset::call), field("delay", &CallReset::delay));
  }
};

// The reactor serves one reader or writer.
struct IoStarted {
  static constexpr EventKind kKind = EventKind::kIoStarted;
  static constexpr const char* kName = "io_started";
  StringId type{};  // dotted name of the selectable's class
  static constexpr auto fields() { return fields_of(field("type", &IoStarted::type)); }
};

struct IoEnded {
  static constexpr EventKind kKind = EventKind::kIoEnded;
  static constexpr const char* kName = "io_ended";
  static constexpr auto fields() { return fields_of(); }
};

// A note by the user: reactortrack.mark("...").
struct Mark {
  static constexpr EventKind kKind = EventKind::kMark;
  static constexpr const char* kName = "mark";
  StringId text{};
  static constexpr auto fields() { return fields_of(field("text", &Mark::text)); }
};

// Events that should stand here could not be recorded.
struct Lost {
  static constexpr EventKind kKind = EventKind::kLost;
  static constexpr const char* kName = "lost";
  std::uint64_t count = 0;
  LostReason reason{};
  static constexpr auto fields() {
    return fields_of(field("count", &Lost::count), field("reason", &Lost::reason));
  }
};

// What a wall clock showed at this moment.
struct Clock {
  static constexpr EventKind kKind = EventKind::kClock;
  static constexpr const char* kName = "clock";
  std::uint64_t unix_ns = 0;
  static constexpr auto fields() { return fields_of(field("unix_ns", &Clock::unix_ns)); }
};

// The recording is complete.
struct End {
  static constexpr EventKind kKind = EventKind::kEnd;
  static constexpr const char* kName = "end";
  EndReason reason{};
  static constexpr auto fields() { return fields_of(field("reason", &End::reason)); }
};

using Body = std::variant<
    String, Site, Stack, Callable, Info, Thread, Created, Adopted, Attached, Fired, FiredAgain,
    Started, Finished, Waiting, Resumed, Taken, Paused, Unpaused, Cancelling, Cancelled, Collected,
    FailureSeen, Coroutine, TurnStarted, TurnEnded, PollStarted, PollEnded, CallScheduled,
    CallStarted, CallEnded, CallCancelled, CallReset, IoStarted, IoEnded, Resource, Acquiring,
    Acquired, Released, Resized, Mark, Lost, Clock, End, WorkQueued, WorkStarted, WorkEnded,
    CallFromThread, LoopStarted, IterationStarted, IterationEnded, LoopStopped, ReactorStopping,
    SystemEvent, TriggerStarted, TriggerEnded, Timeout, CancellerRaised, Future, NeverAwaited,
    Awaited, ContextChanged, Segment, Carried, CarriedPair, CarriedWait, CarriedCall>;

// One record of a recording. `time_ns` counts from the start of the recording; definitions carry
// the time of the event before them.
struct Event {
  std::int64_t time_ns = 0;
  Body body;
};

}  // namespace reactortrack::event
