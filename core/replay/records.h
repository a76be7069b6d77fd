// SPDX-License-Identifier: MIT
//
// What the Model knows, as plain records in arrays. Links between them are indexes from 1; 0 is
// none.
//
// The sizes matter: a recording spends 6 to 8 bytes on an event, and a replay is a small multiple
// of its file. So a result is kept as one reference whose meaning its Outcome tells, and a pair
// holds its own run: Twisted runs each pair once.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/event/event.h"
#include "core/replay/event_number.h"
#include "core/replay/state.h"

namespace reactortrack::replay {

inline constexpr std::int64_t kNever = -1;  // a time that has not come

enum class DeferredIndex : std::uint32_t { kNone = 0 };  // in the order of their first events
enum class PairIndex : std::uint32_t { kNone = 0 };
enum class WaitIndex : std::uint32_t { kNone = 0 };
enum class ChangeIndex : std::uint32_t { kNone = 0 };

// What a thread is executing.
enum class FrameKind : std::uint8_t { kNothing = 0, kPair = 1, kCall = 2, kIo = 3 };

struct Frame {
  std::uint32_t kind_bits : 2 = 0;
  std::uint32_t number : 30 =
      0;  // of the pair, the delayed call, or the string naming a selectable

  static Frame of(FrameKind kind, std::uint32_t number) {
    Frame frame;
    frame.kind_bits = static_cast<std::uint32_t>(kind) & 3u;
    frame.number = number & 0x3FFFFFFFu;
    return frame;
  }
  static Frame of(PairIndex pair) {
    return pair == PairIndex::kNone ? Frame{}
                                    : of(FrameKind::kPair, static_cast<std::uint32_t>(pair));
  }
  FrameKind kind() const { return static_cast<FrameKind>(kind_bits); }
  PairIndex pair() const {
    return static_cast<PairIndex>(kind() == FrameKind::kPair ? number : 0u);
  }
  // What names a selectable of the second kind is not a string but a NestedIo.
  static constexpr std::uint32_t kNested = 1u << 29;
  bool is_nested_io() const { return kind() == FrameKind::kIo && (number & kNested) != 0; }
  event::DelayedCallId call() const {
    return static_cast<event::DelayedCallId>(kind() == FrameKind::kCall ? number : 0u);
  }
  friend bool operator==(const Frame& a, const Frame& b) {
    return a.kind_bits == b.kind_bits && a.number == b.number;
  }
};

// An event::Result in 8 bytes.
struct Value {
  std::uint32_t reference = 0;  // StringId, FailureId or DeferredId, as the outcome says
  event::StringId text : 29 = event::StringId::kNone;
  event::Outcome outcome : 3 = event::Outcome::kNone;

  static Value of(const event::Result& result);
  event::Result result() const;
  bool is_failure() const {
    return outcome == event::Outcome::kFailureReturned || outcome == event::Outcome::kFailureRaised;
  }
  event::FailureId failure() const {
    return static_cast<event::FailureId>(is_failure() ? reference : 0u);
  }
};

// A callback pair and its one run.
struct Pair {
  // finished - started, less what other callbacks took in between; never more than kMostOwnNs.
  std::int64_t own_ns : 45 = 0;
  std::uint64_t thread : 16 = 0;  // index of the thread that ran it
  event::Lane lane : 2 = {};
  bool cut_off : 1 = false;  // its end was not recorded: what ran around it ended
  EventNumber attached_at{};
  EventNumber started_at{};
  EventNumber finished_at{};
  event::DeferredId deferred{};
  PairIndex next{};
  event::CallableId callback{};
  event::CallableId errback{};
  event::StackId stack{};
  Frame inside{};                 // what ran when it started
  Value value{};                  // what it left behind
  event::DeferredId continues{};  // the coroutine that it resumed, by its result

  static constexpr std::int64_t kMostOwnNs = (std::int64_t{1} << 44) - 1;  // 4.9 hours
  void add_own(std::int64_t took_ns) {
    own_ns = std::clamp(own_ns + took_ns, -kMostOwnNs, kMostOwnNs);
  }
  bool running() const { return happened(started_at) && !happened(finished_at); }
  event::CallableId ran() const { return lane == event::Lane::kCallback ? callback : errback; }
};

// One Deferred waiting on another.
struct Wait {
  EventNumber started_at{};
  EventNumber ended_at{};
  event::DeferredId deferred{};
  event::DeferredId on{};
  WaitIndex older_of_deferred{};  // the wait this Deferred began before this one
  WaitIndex older_of_on{};        // the wait on the same Deferred that began before this one
  event::StackId stack{};
  event::WaitKind how : 4 = {};
  // Where the Deferred that is waited for belongs (homes.h): before the pair of this position.
  std::uint32_t position : 28 = 0;
  static constexpr std::uint32_t kMostPosition = (1u << 28) - 1;

  bool open() const { return !happened(ended_at); }
};

struct Deferred {
  EventNumber created_at{};  // kNone when recording began later, or the event was lost
  EventNumber seen_at{};     // its first event
  EventNumber fired_at{};
  EventNumber collected_at{};
  std::uint64_t address = 0;
  event::DeferredId id{};
  event::StringId type{};
  event::CallableId canceller{};
  event::CallableId coroutine{};  // whose result it is
  event::StackId created_stack{};
  event::StackId fired_stack{};
  Frame created_in{};  // what was executing when it was created: its cause
  Frame fired_in{};
  Value fired_value{};
  Value value{};  // what travels along the chain now
  PairIndex first_pair{};
  PairIndex last_pair{};
  PairIndex current_pair{};  // the last one that started
  std::uint32_t current_position = 0;
  std::uint32_t pair_count = 0;
  ChangeIndex newest_change{};
  WaitIndex newest_wait{};    // of the waits it began
  WaitIndex newest_waiter{};  // of the waits others began on it
  std::uint32_t open_waits = 0;
  event::EndState end_state{};  // when collected or adopted
  bool adopted : 1 = false;
  bool running : 1 = false;
  bool cancelled : 1 = false;  // a call of cancel() had an effect on it
  bool fired_again : 1 = false;
  bool has_history : 1 = false;
  bool paused : 1 = false;  // more often than unpaused
  std::uint8_t noted = 0;   // changes before it had a history
  // Of the open waits, those for a Deferred that a callback returned. A chain waits for one at a
  // time; only a damaged recording comes to kManyReturned, and is not counted back from there.
  std::uint8_t open_returned = 0;
  static constexpr std::uint8_t kManyReturned = 255;

  bool fired() const { return happened(fired_at); }
  bool collected() const { return happened(collected_at); }
};

// What changes the state of a Deferred and happens to few of them. The newest is known to its
// Deferred.
struct Change {
  enum Kind : std::uint8_t {
    kValue,  // a value came from another Deferred, or was handed on to one: `value`
    kPaused,
    kUnpaused,
    kCancelled,  // a call of cancel() had an effect
  };
  EventNumber at{};
  ChangeIndex older{};  // of the same Deferred
  Value value{};
  Kind kind = kValue;
};

// What a Deferred to which much happens was from an event on.
struct Past {
  EventNumber at{};
  PairIndex current_pair{};
  std::uint32_t current_position : 29 = 0;
  State state : 3 = State::kPending;

  static Past of(EventNumber at, PairIndex pair, std::uint32_t position, State state) {
    Past past;
    past.at = at;
    past.current_pair = pair;
    past.current_position = position & 0x1FFFFFFFu;
    past.state = state;
    return past;
  }
};

// A callback returned a Deferred that had its result already.
struct Take {
  EventNumber at{};
  event::DeferredId deferred{};
  event::DeferredId from{};
  std::uint32_t position = 0;  // as in Wait
};

struct Failure {
  EventNumber seen_at{};
  event::StringId type{};
  event::StringId message{};
  event::StackId traceback{};
};

struct DelayedCall {
  std::int64_t due_ns = kNever;
  EventNumber scheduled_at{};
  EventNumber started_at{};
  EventNumber ended_at{};
  event::CallableId function{};
  event::StackId stack{};
  Frame inside{};            // what scheduled it
  Frame outer{};             // what ran when it started
  std::uint16_t thread = 0;  // index of the thread that runs it
  bool running = false;
  bool cancelled = false;
};

// One round of the reactor: what was due, then the poll for input and output.
struct Turn {
  EventNumber started_at{};
  EventNumber ended_at{};
  EventNumber poll_started_at{};
  EventNumber poll_ended_at{};
  std::uint32_t calls = 0;
};

// Input or output that was served while something else ran: a reactor that runs within a callback.
struct NestedIo {
  event::StringId type{};
  Frame outer{};
};

// From this event on, events are those of another thread.
struct Switch {
  EventNumber at{};
  PairIndex last_started{};  // in that thread, so far
  std::uint16_t thread = 0;  // its index
};

// A call of cancel().
struct Cancellation {
  EventNumber at{};
  EventNumber returned_at{};
  event::DeferredId deferred{};
  event::StackId stack{};
  event::DeferredId to{};
  event::CancelEffect effect{};
  bool returned = false;
};

// A second callback() or errback().
struct SecondFire {
  EventNumber at{};
  event::DeferredId deferred{};
  event::StackId stack{};
  Value value{};
  bool suppressed = false;
};

struct Mark {
  EventNumber at{};
  event::StringId text{};
};

static_assert(sizeof(Pair) == 56 && sizeof(Wait) == 32 && sizeof(Deferred) == 112);

}  // namespace reactortrack::replay
