// SPDX-License-Identifier: MIT
//
// What the Model knows, as plain records in arrays. Links between them are indexes from 1; 0 is
// none.
//
// The sizes matter: a recording spends 6 to 8 bytes on an event, and a replay is a small multiple
// of its file. So a result is kept as one reference whose meaning its outcome tells, a pair holds its
// own run (Twisted runs each pair once), what many records have in common is a row of a table, what
// few have is a record of its own, and members are of 4 bytes, of which some hold several things.
#pragma once

#include <algorithm>
#include <compare>
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
enum class TiesIndex : std::uint32_t { kNone = 0 };
// Rows of tables in which equal ones are one.
enum class AttachmentIndex : std::uint32_t { kEmpty = 0 };
enum class OriginIndex : std::uint32_t { kEmpty = 0 };

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

// An event::Result, less the text of a value; Model::result() gives that too.
struct Value {
  std::uint32_t reference = 0;  // StringId of the type, FailureId or DeferredId, as `outcome` says
  event::Outcome outcome = event::Outcome::kNone;
  bool has_text = false;  // `reference` is then the place of a type and a text

  bool is_failure() const {
    return outcome == event::Outcome::kFailureReturned || outcome == event::Outcome::kFailureRaised;
  }
  event::FailureId failure() const {
    return static_cast<event::FailureId>(is_failure() ? reference : 0u);
  }
  // What records keep of it beside the reference: 3 bits.
  std::uint32_t code() const { return has_text ? kWithText : static_cast<std::uint32_t>(outcome); }
  static Value of(std::uint32_t reference, std::uint32_t code) {
    const bool has_text = code == kWithText;
    return {reference, has_text ? event::Outcome::kValue : static_cast<event::Outcome>(code),
            has_text};
  }

 private:
  static constexpr std::uint32_t kWithText = 7;
};

// Of a value whose text was recorded.
struct ValueText {
  event::StringId type{};
  event::StringId text{};
};

// What pairs that were attached alike share.
struct Attachment {
  event::CallableId callback{};
  event::CallableId errback{};
  event::StackId stack{};
  friend auto operator<=>(const Attachment&, const Attachment&) = default;
};

// What Deferreds that were made and fired alike share.
struct Origin {
  event::StringId type{};
  event::CallableId canceller{};
  event::CallableId coroutine{};  // whose result it is
  event::StackId created_stack{};
  event::StackId fired_stack{};
  friend auto operator<=>(const Origin&, const Origin&) = default;
};

// A callback pair and its one run.
struct Pair {
  EventNumber attached_at{};
  EventNumber started_at{};
  EventNumber finished_at{};
  event::DeferredId deferred{};
  std::uint32_t next_number : 30 = 0;
  std::uint32_t lane_bits : 2 = 0;
  AttachmentIndex attachment{};
  Frame inside{};                 // what ran when it started
  event::DeferredId continues{};  // the coroutine that it resumed, by its result

  // finished - started, less what other callbacks took in between; never more than kMostOwnNs.
  std::int64_t own_ns() const { return std::int64_t{own_high} * (std::int64_t{1} << 32) + own_low; }
  PairIndex next() const { return static_cast<PairIndex>(next_number); }
  event::Lane lane() const { return static_cast<event::Lane>(lane_bits); }
  bool running() const { return happened(started_at) && !happened(finished_at); }
  // What it left behind; nothing when that was not recorded.
  Value value() const { return happened(finished_at) && !cut_off ? carried() : Value{}; }
  // What its Deferred has through it: what it left behind; until then what it was called with.
  Value carried() const { return Value::of(reference, code); }

  static constexpr std::int64_t kMostOwnNs = (std::int64_t{1} << 43) - 1;  // 2.4 hours
  void add_own(std::int64_t took_ns) {
    const std::int64_t ns = std::clamp(own_ns() + took_ns, -kMostOwnNs, kMostOwnNs);
    own_low = static_cast<std::uint32_t>(ns);
    own_high = static_cast<std::int32_t>(ns >> 32);
  }
  void set_next(PairIndex index) { next_number = static_cast<std::uint32_t>(index) & 0x3FFFFFFFu; }
  void set_lane(event::Lane lane) { lane_bits = static_cast<std::uint32_t>(lane) & 3u; }
  void carry(const Value& value) {
    reference = value.reference;
    code = value.code() & 7u;
  }

  std::uint32_t reference = 0;
  std::uint32_t own_low = 0;
  std::int32_t own_high : 12 = 0;
  std::uint32_t thread : 16 = 0;  // index of the thread that ran it
  std::uint32_t code : 3 = 0;
  bool cut_off : 1 = false;  // its end was not recorded: what ran around it ended
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

// What a Deferred has to do with others, and what changed it. Most have nothing of that.
struct Ties {
  ChangeIndex newest_change{};
  WaitIndex newest_wait{};    // of the waits it began
  WaitIndex newest_waiter{};  // of the waits others began on it
  std::uint32_t open_waits : 26 = 0;
  // Of the open waits, those for a Deferred that a callback returned. A chain waits for one at a
  // time; only a damaged recording comes to kManyReturned, and is not counted back from there.
  std::uint32_t open_returned : 6 = 0;
  static constexpr std::uint32_t kManyWaits = (1u << 26) - 1;  // nor from here
  static constexpr std::uint32_t kManyReturned = 63;
};

// What else is known of it is asked of the Model.
struct Deferred {
  EventNumber seen_at{};  // its first event
  EventNumber fired_at{};
  EventNumber collected_at{};
  event::DeferredId id{};
  OriginIndex origin{};
  Frame created_in{};  // what was executing when it was created: its cause
  Frame fired_in{};
  PairIndex first_pair{};
  PairIndex last_pair{};
  PairIndex current_pair{};  // the last one that started
  TiesIndex ties{};

  bool fired() const { return happened(fired_at); }
  bool collected() const { return happened(collected_at); }
  Value fired_value() const { return Value::of(fired_reference, fired_code); }
  // When collected or adopted.
  event::EndState end_state() const { return static_cast<event::EndState>(end_bits); }

  void set_fired_value(const Value& value) {
    fired_reference = value.reference;
    fired_code = value.code() & 7u;
  }
  void set_end_state(event::EndState state) { end_bits = static_cast<std::uint32_t>(state) & 7u; }

  // Both are in the Model's long_chains_ when there are kManyPairs.
  std::uint32_t pair_count : 16 = 0;
  std::uint32_t current_position : 16 = 0;
  static constexpr std::uint32_t kManyPairs = UINT16_MAX;

  std::uint32_t fired_reference = 0;
  // Objects of CPython lie at multiples of 16, below 2^48. Other addresses are in far_addresses_.
  std::uint32_t address_low = 0;
  std::uint32_t address_high : 12 = 0;
  std::uint32_t fired_code : 3 = 0;
  std::uint32_t end_bits : 3 = 0;
  bool created : 1 = false;  // its creation was recorded; it is its first event, but for
                             // those in the Model's late_creations_
  bool adopted : 1 = false;
  bool running : 1 = false;
  bool cancelled : 1 = false;  // a call of cancel() had an effect on it
  bool fired_again : 1 = false;
  bool has_history : 1 = false;
  bool paused : 1 = false;      // more often than unpaused
  std::uint32_t noted : 6 = 0;  // changes before it had a history
};

// The numbers of a Deferred with kManyPairs.
struct LongChain {
  std::uint32_t pair_count = 0;
  std::uint32_t current_position = 0;
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
  // Of kValue, the value's; of the others, the number of the newest kValue before it.
  std::uint32_t reference = 0;
  std::uint32_t code : 3 = 0;
  std::uint32_t kind : 2 = kValue;

  Value value() const { return Value::of(reference, code); }
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

static_assert(sizeof(Pair) == 44 && sizeof(Wait) == 32 && sizeof(Deferred) == 60);
static_assert(sizeof(Ties) == 16 && sizeof(Change) == 16);

}  // namespace reactortrack::replay
