// SPDX-License-Identifier: MIT
//
// What events are made of: the numbers of their kinds, the enumerations in their fields, results,
// addresses, lengths of time, and the list of fields that each event's struct has.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/event/ids.h"

namespace reactortrack::event {

// Kinds 1-15 define things that later records refer to and carry no time; the rest are events.
enum class EventKind : std::uint8_t {
  kString = 1,
  kSite = 2,
  kStack = 3,
  kCallable = 4,
  kInfo = 5,

  kThread = 16,
  kCreated = 17,
  kAdopted = 18,
  kAttached = 19,
  kFired = 20,
  kFiredAgain = 21,
  kStarted = 22,
  kFinished = 23,
  kWaiting = 24,
  kResumed = 25,
  kTaken = 26,
  kPaused = 27,
  kUnpaused = 28,
  kCancelling = 29,
  kCancelled = 30,
  kCollected = 31,
  kFailure = 32,
  kCoroutine = 33,
  kTurnStarted = 34,
  kTurnEnded = 35,
  kPollStarted = 36,
  kPollEnded = 37,
  kCallScheduled = 38,
  kCallStarted = 39,
  kCallEnded = 40,
  kCallCancelled = 41,
  kCallReset = 42,
  kIoStarted = 43,
  kIoEnded = 44,
  kResource = 45,
  kAcquiring = 46,
  kAcquired = 47,
  kReleased = 48,
  kResized = 49,
  kMark = 50,
  kLost = 51,
  kClock = 52,
  kEnd = 53,
  kWorkQueued = 54,
  kWorkStarted = 55,
  kWorkEnded = 56,
  kCallFromThread = 57,
  kLoopStarted = 58,
  kIterationStarted = 59,
  kIterationEnded = 60,
  kLoopStopped = 61,
  kReactorStopping = 62,
  kSystemEvent = 63,
  kTriggerStarted = 64,
  kTriggerEnded = 65,
  kTimeout = 66,
  kCancellerRaised = 67,
  kFuture = 68,
  kNeverAwaited = 69,
  kAwaited = 70,
  kContextChanged = 71,
  kSegment = 72,
  kCarried = 73,
  kCarriedPair = 74,
  kCarriedWait = 75,
  kCarriedCall = 76,
};

inline constexpr std::uint8_t kFirstTimedKind = 16;

// Which side of a callback pair ran.
enum class Lane : std::uint8_t { kCallback = 0, kErrback = 1 };

// What a Deferred was fired with, or what a callback left behind.
enum class Outcome : std::uint8_t {
  kNone = 0,             // the value None
  kValue = 1,            // any other value; `type` names its type
  kFailureReturned = 2,  // a Failure object as the value
  kFailureRaised = 3,    // an exception was raised
  kDeferred = 4,         // another Deferred
};

// How one Deferred came to wait on another.
enum class WaitKind : std::uint8_t {
  kReturned = 1,       // a callback returned it
  kChainDeferred = 2,  // chainDeferred: the waiter is fired by the other
  kAwaited = 3,        // `await` or `yield` in the coroutine whose result the waiter is
  kListMember = 4,     // a member of a DeferredList or gatherResults
};

// What a call of cancel() did.
enum class CancelEffect : std::uint8_t {
  kNothing = 0,         // it had fired already and waits on nothing
  kCancelledError = 1,  // fired with CancelledError (no canceller, or one that did not fire it)
  kByCanceller = 2,     // the canceller fired it
  kForwarded = 3,       // it waits on another Deferred, which was cancelled instead
  kRaised = 4,          // the canceller raised; the Deferred was left as it was
};

// A Deferred's state when it is collected.
enum class EndState : std::uint8_t {
  kPending = 0,  // never fired
  kSucceeded = 1,
  kFailedHandled = 2,    // holds a Failure that nobody will report
  kFailedUnhandled = 3,  // Twisted reports it as "Unhandled error in Deferred"
  kWaiting = 4,          // fired, but its chain waits on another Deferred
  kPaused = 5,           // fired, but paused by its user
};

enum class LostReason : std::uint8_t {
  kNoSpace = 1,   // the disk is full
  kFile = 2,      // the file could not be grown or mapped
  kTooLarge = 3,  // one record was larger than a segment
  kLeftOut = 4,   // recorded, but not a part of this window of a recording
};

enum class EndReason : std::uint8_t {
  kStopped = 1,  // recording was stopped, the program went on
  kExit = 2,     // the interpreter exited
};

// What is handed out one after the other, or to a limited number at a time.
enum class ResourceKind : std::uint8_t {
  kLock = 1,            // DeferredLock
  kSemaphore = 2,       // DeferredSemaphore
  kQueue = 3,           // DeferredQueue: get() acquires, put() releases
  kFilesystemLock = 4,  // DeferredFilesystemLock
  kThreadPool = 5,      // ThreadPool
};

// When a system event's trigger is called.
enum class TriggerPhase : std::uint8_t {
  kBefore = 1,  // the Deferreds these return are waited for
  kDuring = 2,
  kAfter = 3,
};

// How a Deferred and an asyncio Future came to be tied.
enum class FutureLink : std::uint8_t {
  kAsFuture = 1,    // Deferred.asFuture(): the Future gets the Deferred's result
  kFromFuture = 2,  // Deferred.fromFuture(): the Deferred gets the Future's result
};

// The value that travels along a callback chain, as far as it is recorded.
struct Result {
  Outcome outcome = Outcome::kNone;
  StringId type = StringId::kNone;          // kValue: dotted name of the value's type
  StringId text = StringId::kNone;          // kValue: its repr(), only when values are recorded
  FailureId failure = FailureId::kNone;     // kFailureReturned, kFailureRaised
  DeferredId deferred = DeferredId::kNone;  // kDeferred
  friend bool operator==(const Result&, const Result&) = default;
};

// An address in the recorded process: what id() returned. Written as the difference to the last one.
struct Address {
  std::uint64_t value = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

// A length of time. Written in the recording's time unit.
struct Duration {
  std::int64_t ns = 0;
  friend bool operator==(const Duration&, const Duration&) = default;
};

template <class Struct, class Member>
struct Field {
  const char* name;
  Member Struct::* member;
};
template <class Struct, class Member>
constexpr Field<Struct, Member> field(const char* name, Member Struct::* member) {
  return {name, member};
}

// A list of fields, as what calls use(field, field, ...). A std::tuple would hold the same, but every
// source that walks the events would compile for each list a class a field and the calls around it.
template <class... Each>
constexpr auto fields_of(Each... each) {
  return [=](auto&& use) { return use(each...); };
}

// Calls visit(name, member) for each field of an event's struct, in the order they are written.
template <class Struct, class Visit>
constexpr void for_each_field(Struct&& subject, Visit&& visit) {
  std::remove_cvref_t<Struct>::fields()(
      [&](const auto&... each) { (visit(each.name, subject.*(each.member)), ...); });
}

}  // namespace reactortrack::event
