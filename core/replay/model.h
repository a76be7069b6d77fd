// SPDX-License-Identifier: MIT
//
// Model: the state of every Deferred after the events applied so far, and its whole history.
//
//   Model model;
//   while (source->next(&event)) model.apply(event);
//   for (const Deferred& deferred : model.deferreds()) { model.state_of(deferred) ... }
//
// Records say at which event each thing happened (EventNumber), and nothing that happened is ever
// overwritten: of two events that contradict each other the first counts. So the state after any
// earlier event can be worked out from the Model of the whole recording: moment.h.
//
// Cost: constant time an event, on average: what must be searched for (one wait of many, a pair
// that runs out of turn) is paid from a credit that grows with the events, so that no file can make
// it slow. About 60 bytes a Deferred and 16 more if it waits or is waited for, 44 a callback pair, 32
// a wait, one or two an event.
//
// Events that contradict those before them (after lost ones, or in a damaged file) are applied as
// far as they make sense, and counted in strange_count().
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/event/event.h"
#include "core/replay/around.h"
#include "core/replay/event_number.h"
#include "core/replay/index.h"
#include "core/replay/pool.h"
#include "core/replay/records.h"
#include "core/replay/state.h"
#include "core/replay/table.h"
#include "core/replay/time_table.h"

namespace reactortrack::replay {

class Model {
 public:
  void apply(const event::Event& event);

  // In the order of their first events.
  const Pool<Deferred>& deferreds() const { return deferreds_; }
  // nullptr when nothing was heard of it.
  const Deferred* find(event::DeferredId id) const;
  const Failure* find(event::FailureId id) const;
  const DelayedCall* find(event::DelayedCallId id) const;
  DeferredIndex index_of(event::DeferredId id) const {
    return static_cast<DeferredIndex>(deferred_places_.find(event::number(id)));
  }
  const Deferred& deferred(DeferredIndex index) const {  // not kNone
    return deferreds_[static_cast<std::uint32_t>(index) - 1];
  }
  // An empty pair for kNone.
  const Pair& pair(PairIndex index) const {
    return index == PairIndex::kNone ? kNoPair : pairs_[static_cast<std::uint32_t>(index) - 1];
  }
  const Wait& wait(WaitIndex index) const {  // not kNone
    return waits_[static_cast<std::uint32_t>(index) - 1];
  }

  const Change& change(ChangeIndex index) const {  // not kNone
    return changes_[static_cast<std::uint32_t>(index) - 1];
  }
  // What records leave to tables and to records that few have.
  const Attachment& attachment(const Pair& pair) const {
    return attachments_[static_cast<std::uint32_t>(pair.attachment)];
  }
  // The callable that ran, of one that started.
  event::CallableId ran(const Pair& pair) const {
    const Attachment& both = attachment(pair);
    return pair.lane() == event::Lane::kCallback ? both.callback : both.errback;
  }
  const Origin& origin(const Deferred& deferred) const {
    return origins_[static_cast<std::uint32_t>(deferred.origin)];
  }
  const Ties& ties(const Deferred& deferred) const {
    return deferred.ties == TiesIndex::kNone ? kNoTies
                                             : ties_[static_cast<std::uint32_t>(deferred.ties) - 1];
  }
  // kNone when recording began later, or the event was lost.
  EventNumber created_at(const Deferred& deferred) const;
  std::uint64_t address(const Deferred& deferred) const;
  std::uint32_t pair_count(const Deferred& deferred) const;
  std::uint32_t current_position(const Deferred& deferred) const;  // of current_pair
  // What travels along the chain now.
  Value value(const Deferred& deferred) const;
  event::Result result(const Value& value) const;
  // What ran when that frame began.
  Frame outer(const Frame& frame) const;
  event::StringId io_type(const Frame& frame) const;

  // The state after the newest event. moment.h answers for any other.
  State state_of(const Deferred& deferred) const;
  // A Deferred to which much happens has its states written down, one for each event that changed
  // them; nullptr for the others.
  const std::vector<Past>* history(const Deferred& deferred) const;
  PairState state_of(const Deferred& deferred, const Pair& pair, std::uint32_t position) const;
  // Where a chain that is not held up goes on: the position of the first pair behind `current` that
  // was attached by then and has something on the side that the value takes. kNoPosition: there is
  // none, the chain has run dry. Between two callbacks there is one; it is looked for among the next
  // kMostPassed pairs.
  std::uint32_t goes_on_at(const Deferred& deferred, PairIndex current, std::uint32_t position,
                           State state, EventNumber at) const;
  static constexpr std::uint32_t kNoPosition = UINT32_MAX;
  static constexpr std::uint32_t kMostPassed = 64;
  // Whether this wait keeps its Deferred from going on: a list that has fired still hears its
  // members, but waits for none of them.
  bool holds_up(const Wait& wait) const;
  // The newest wait that holds this Deferred up, or nullptr.
  const Wait* held_up_by(const Deferred& deferred) const;

  const Pool<Pair>& pairs() const { return pairs_; }
  const Pool<Wait>& waits() const { return waits_; }
  const Pool<Turn>& turns() const { return turns_; }
  const Pool<DelayedCall>& delayed_calls() const { return calls_; }
  const Pool<Cancellation>& cancellations() const { return cancellations_; }
  const Pool<SecondFire>& second_fires() const { return second_fires_; }
  const Pool<Mark>& marks() const { return marks_; }
  const Pool<Failure>& failures() const { return failures_; }
  const Pool<Take>& takes() const { return takes_; }
  const Pool<Switch>& switches() const { return switches_; }
  const Around& around() const { return around_; }
  // The stack of callbacks that was deepest: how many ran inside one another, and the innermost.
  std::uint32_t deepest() const { return deepest_; }
  PairIndex deepest_pair() const { return deepest_pair_; }
  // The pair that started last.
  PairIndex last_started() const { return last_started_; }

  struct Thread {
    event::ThreadId id{};
    event::StringId name{};
    std::vector<Frame> stack;            // what it is executing, innermost last
    std::vector<std::int64_t> since_ns;  // when each began
    std::uint32_t io_frames = 0;         // of them, those of selectables
    PairIndex last_started{};
  };
  std::span<const Thread> threads() const { return threads_; }
  // The thread of the events that are being applied; nullptr before any was named.
  const Thread* current_thread() const;

  std::uint64_t event_count() const { return event_count_; }  // definitions not counted
  std::uint64_t count(event::EventKind kind) const {
    return kind_counts_[static_cast<std::uint8_t>(kind)];
  }
  std::int64_t time_ns() const { return time_ns_; }  // of the newest event
  EventNumber now() const { return now_; }           // its number
  // kNever for kNone.
  std::int64_t time_ns(EventNumber event) const {
    return event == EventNumber::kNone ? kNever : times_.at(event);
  }
  // How long it took from one event to another that came later.
  std::int64_t span_ns(EventNumber from, EventNumber to) const {
    return times_.at(to) - times_.at(from);
  }
  // The last event at or before that time; kNone when all are later.
  EventNumber at_time(std::int64_t time_ns) const { return times_.last_at_or_before(time_ns); }
  // The wall clock's time at the start of the recording; 0 when not known.
  std::int64_t started_unix_ns() const { return started_unix_ns_; }
  std::uint64_t lost_count() const { return lost_count_; }
  std::uint64_t strange_count() const { return strange_count_; }

 private:
  void on(const event::Thread& thread);
  void on(const event::Created& created);
  void on(const event::Adopted& adopted);
  void on(const event::Attached& attached);
  void on(const event::Fired& fired);
  void on(const event::FiredAgain& fired);
  void on(const event::Started& started);
  void on(const event::Finished& finished);
  void on(const event::Waiting& waiting);
  void on(const event::Resumed& resumed);
  void on(const event::Taken& taken);
  void on(const event::Paused& paused);
  void on(const event::Unpaused& unpaused);
  void on(const event::Cancelling& cancelling);
  void on(const event::Cancelled& cancelled);
  void on(const event::Collected& collected);
  void on(const event::FailureSeen& failure);
  void on(const event::Coroutine& coroutine);
  void on(const event::TurnStarted& turn);
  void on(const event::TurnEnded& turn);
  void on(const event::PollStarted& poll);
  void on(const event::PollEnded& poll);
  void on(const event::CallScheduled& call);
  void on(const event::CallStarted& call);
  void on(const event::CallEnded& call);
  void on(const event::CallCancelled& call);
  void on(const event::CallReset& call);
  void on(const event::IoStarted& io);
  void on(const event::IoEnded& io);
  void on(const event::Mark& mark);
  void on(const event::Lost& lost);
  void on(const event::Clock& clock);
  void on(const event::End&) {}
  // A segment that is read as it is; log::join() makes ordinary events of these, with their times.
  void on(const event::Segment&) {}
  void on(const event::Carried& carried);
  void on(const event::CarriedPair& pair) {
    on(event::Attached{pair.deferred, pair.callback, pair.errback, {}});
  }
  void on(const event::CarriedWait& wait) {
    on(event::Waiting{wait.deferred, wait.on, wait.how, wait.stack});
  }
  void on(const event::CarriedCall& call) {
    on(event::CallScheduled{call.call, call.function, call.delay, call.stack});
  }
  void on(const event::CallFromThread& call) {
    on(event::CallScheduled{call.call, call.function, event::Duration{}, call.stack});
  }
  // What happens around Deferreds has records of its own.
  template <class Body>
    requires requires(Around& around, const Body& body, const Stamp& now) { around.on(body, now); }
  void on(const Body& body) {
    around_.on(body, Stamp{now_, innermost()});
  }

  // The record of a Deferred; made now if its creation was not recorded.
  Deferred& touch(event::DeferredId id);
  DelayedCall& touch(event::DelayedCallId id);
  Turn& current_turn();
  Frame innermost() const;
  void push(Frame frame);
  // Ends `frame`, which is on this thread's stack, and what was left open inside it.
  void pop(std::uint16_t thread, Frame frame);
  void end_pair(Pair* pair, std::int64_t took_ns);
  // Takes what the Deferred is now into its history, if it has one.
  void note(Deferred* deferred);
  void begin_history(Deferred* deferred);
  Change& change(Deferred* deferred, Change::Kind kind);
  void set_origin(Deferred* deferred, const Origin& origin);
  void set_address(Deferred* deferred, std::uint64_t address);
  void set_current(Deferred* deferred, PairIndex pair, std::uint32_t position);
  Ties& ties(Deferred* deferred);
  void end_wait(Deferred* deferred, Wait* wait);
  Value keep(const event::Result& result);
  void set_pauses(event::DeferredId id, std::int32_t count);
  void set_value(Deferred* deferred, const Value& value);
  void end_chain_wait(Deferred* deferred, PairIndex inside);
  std::uint32_t next_position(const Deferred& deferred) const;
  PairIndex pair_at(const Deferred& deferred, std::uint32_t position);
  Wait* find_open(const Deferred& deferred, event::DeferredId on);
  // Pays for one step of a search; false when the credit is used up.
  bool pay() { return credit_ != 0 && credit_-- != 0; }
  Pair& at(PairIndex index) { return pairs_[static_cast<std::uint32_t>(index) - 1]; }
  Wait& at(WaitIndex index) { return waits_[static_cast<std::uint32_t>(index) - 1]; }

  static constexpr Pair kNoPair{};
  static constexpr Ties kNoTies{};
  // A Deferred's records are looked through until it has changed so often.
  static constexpr std::uint8_t kNotesBeforeHistory = 48;
  static constexpr std::uint64_t kFirstCredit = 1 << 20;
  static constexpr std::uint64_t kCreditPerEvent = 16;

  Pool<Deferred> deferreds_;
  Pool<Pair> pairs_;
  Pool<Wait> waits_;
  Pool<Failure> failures_;
  Pool<DelayedCall> calls_;
  Pool<Turn> turns_;
  Pool<Cancellation> cancellations_;
  Pool<SecondFire> second_fires_;
  Pool<Mark> marks_;
  Pool<Change> changes_;
  Pool<Take> takes_;
  Pool<Switch> switches_;
  Pool<NestedIo> nested_io_;
  Pool<Ties> ties_;
  Table<Attachment> attachments_;
  Table<Origin> origins_;
  Pool<ValueText> value_texts_;
  std::unordered_map<event::DeferredId, EventNumber> late_creations_;
  std::unordered_map<event::DeferredId, std::uint64_t> far_addresses_;
  std::unordered_map<event::DeferredId, LongChain> long_chains_;
  Around around_;
  std::uint32_t deepest_ = 0;
  PairIndex deepest_pair_{};
  PairIndex last_started_{};
  std::unordered_map<event::DeferredId, std::vector<Past>> histories_;
  std::vector<Thread> threads_{1};
  event::DeferredId resumed_{};  // the coroutine that was resumed last
  event::DeferredId resumed_by_{};
  std::uint64_t resumed_at_ = 0;  // the number of that event
  std::uint64_t credit_ = kFirstCredit;
  SerialIndex deferred_places_;
  SerialIndex failure_places_;
  SerialIndex call_places_;
  SerialIndex thread_places_;
  std::uint16_t thread_ = 0;  // index of the current one
  std::array<std::uint64_t, 256> kind_counts_{};
  std::uint64_t event_count_ = 0;
  std::uint64_t lost_count_ = 0;
  std::uint64_t strange_count_ = 0;
  TimeTable times_;
  EventNumber now_{};
  std::int64_t time_ns_ = 0;
  std::int64_t started_unix_ns_ = 0;
};

}  // namespace reactortrack::replay
