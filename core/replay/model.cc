// SPDX-License-Identifier: MIT
//
// What is asked of the Model, and the histories of Deferreds to which much happens. What events change
// is in deferreds.cc, reactor.cc and around.cc.
#include "core/replay/model.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "core/event/names.h"
#include "core/replay/moment.h"

namespace reactortrack::replay {

void Model::apply(const event::Event& event) {
  const event::EventKind kind = event::kind_of(event.body);
  if (static_cast<std::uint8_t>(kind) < event::kFirstTimedKind) return;
  time_ns_ = event.time_ns;
  ++event_count_;
  now_ = static_cast<EventNumber>(event_count_);
  times_.add(time_ns_);
  credit_ += kCreditPerEvent;
  ++kind_counts_[static_cast<std::uint8_t>(kind)];
  std::visit(
      [this](const auto& body) {
        using Body = std::remove_cvref_t<decltype(body)>;
        if constexpr (static_cast<std::uint8_t>(Body::kKind) >= event::kFirstTimedKind) on(body);
      },
      event.body);
}

// ---- Questions --------------------------------------------------------------------------------

const Deferred* Model::find(event::DeferredId id) const {
  const std::uint32_t place = deferred_places_.find(number(id));
  return place == 0 ? nullptr : &deferreds_[place - 1];
}

const Failure* Model::find(event::FailureId id) const {
  const std::uint32_t place = failure_places_.find(number(id));
  return place == 0 ? nullptr : &failures_[place - 1];
}

EventNumber Model::created_at(const Deferred& deferred) const {
  if (!deferred.created) return EventNumber::kNone;
  if (late_creations_.empty()) return deferred.seen_at;
  const auto late = late_creations_.find(deferred.id);
  return late == late_creations_.end() ? deferred.seen_at : late->second;
}

std::uint64_t Model::address(const Deferred& deferred) const {
  const std::uint64_t low = deferred.address_low;
  if (low != 0 || deferred.address_high != 0 || far_addresses_.empty())
    return (std::uint64_t{deferred.address_high} << 32 | low) << 4;
  const auto far = far_addresses_.find(deferred.id);
  return far == far_addresses_.end() ? 0 : far->second;
}

std::uint32_t Model::pair_count(const Deferred& deferred) const {
  if (deferred.pair_count != Deferred::kManyPairs) return deferred.pair_count;
  return long_chains_.find(deferred.id)->second.pair_count;
}

std::uint32_t Model::current_position(const Deferred& deferred) const {
  if (deferred.pair_count != Deferred::kManyPairs) return deferred.current_position;
  return long_chains_.find(deferred.id)->second.current_position;
}

// The newest of what it was fired with, what its pair carries, and what came from elsewhere.
Value Model::value(const Deferred& deferred) const {
  EventNumber at = deferred.fired_at;
  Value value = deferred.fired_value();
  if (deferred.current_pair != PairIndex::kNone) {
    const Pair& current = pair(deferred.current_pair);
    const EventNumber since = happened(current.finished_at) && !current.cut_off
                                  ? current.finished_at
                                  : current.started_at;
    if (since >= at) {
      at = since;
      value = current.carried();
    }
  }
  ChangeIndex newest = ties(deferred).newest_change;
  if (newest != ChangeIndex::kNone && change(newest).kind != Change::kValue)
    newest = static_cast<ChangeIndex>(change(newest).reference);
  return newest != ChangeIndex::kNone && change(newest).at >= at ? change(newest).value() : value;
}

event::Result Model::result(const Value& value) const {
  event::Result result;
  result.outcome = value.outcome;
  switch (value.outcome) {
    case event::Outcome::kNone: break;
    case event::Outcome::kValue:
      result.type = static_cast<event::StringId>(value.reference);
      if (!value.has_text) break;
      result.type = value_texts_[value.reference].type;
      result.text = value_texts_[value.reference].text;
      break;
    case event::Outcome::kFailureReturned:
    case event::Outcome::kFailureRaised: result.failure = value.failure(); break;
    case event::Outcome::kDeferred:
      result.deferred = static_cast<event::DeferredId>(value.reference);
      break;
  }
  return result;
}

bool Model::holds_up(const Wait& wait) const {
  if (!wait.open()) return false;
  if (wait.how == event::WaitKind::kReturned) return true;
  const Deferred* waiter = find(wait.deferred);
  return waiter != nullptr && !waiter->fired();
}

const Wait* Model::held_up_by(const Deferred& deferred) const {
  if (ties(deferred).open_waits == 0) return nullptr;
  for (WaitIndex at = ties(deferred).newest_wait; at != WaitIndex::kNone;
       at = wait(at).older_of_deferred)
    if (holds_up(wait(at))) return &wait(at);
  return nullptr;
}

State Model::state_of(const Deferred& deferred) const {
  if (deferred.running) return State::kRunning;
  // A list that has fired still hears its members, but waits for none of them.
  const Ties& with = ties(deferred);
  if (with.open_returned != 0 || (with.open_waits != 0 && !deferred.fired()))
    return State::kWaiting;
  if (!deferred.fired()) return State::kPending;
  const Value value = this->value(deferred);
  if (value.outcome == event::Outcome::kDeferred) return State::kWaiting;
  if (deferred.paused) return State::kPaused;
  if (!value.is_failure()) return State::kSucceeded;
  return deferred.cancelled ? State::kCancelled : State::kFailed;
}

PairState Model::state_of(const Deferred& deferred, const Pair& pair,
                          std::uint32_t position) const {
  if (pair.running()) return PairState::kRunning;
  if (happened(pair.finished_at)) return PairState::kFinished;
  const bool later_one_started =
      deferred.current_pair != PairIndex::kNone && position < current_position(deferred);
  if (later_one_started) return PairState::kPassed;
  if (!deferred.fired()) return PairState::kAttached;
  if (deferred.collected()) return PairState::kPassed;
  const State state = state_of(deferred);
  const std::uint32_t next =
      goes_on_at(deferred, deferred.current_pair, current_position(deferred), state, now_);
  return has_settled(state) && position < next ? PairState::kPassed : PairState::kAttached;
}

std::uint32_t Model::goes_on_at(const Deferred& deferred, PairIndex current, std::uint32_t position,
                                State state, EventNumber at) const {
  const bool takes_callbacks = state == State::kSucceeded;
  const bool none_started = current == PairIndex::kNone;
  PairIndex index = none_started ? deferred.first_pair : pair(current).next();
  if (!none_started) ++position;
  for (const std::uint32_t end = position + kMostPassed; position != end; ++position) {
    if (index == PairIndex::kNone || !happened(pair(index).attached_at, at)) break;
    const Pair& each = pair(index);
    const Attachment& both = attachment(each);
    const event::CallableId taken = takes_callbacks ? both.callback : both.errback;
    if (taken != event::CallableId::kNone) return position;
    index = each.next();
  }
  return kNoPosition;
}

// ---- Histories --------------------------------------------------------------------------------

const std::vector<Past>* Model::history(const Deferred& deferred) const {
  return deferred.has_history ? &histories_.find(deferred.id)->second : nullptr;
}

void Model::note(Deferred* deferred) {
  if (!deferred->has_history) {
    if (deferred->noted < kNotesBeforeHistory) ++deferred->noted;
    if (deferred->noted < kNotesBeforeHistory) return;
    begin_history(deferred);
  }
  std::vector<Past>& history = histories_.find(deferred->id)->second;
  const Past now =
      Past::of(now_, deferred->current_pair, current_position(*deferred), state_of(*deferred));
  if (!history.empty()) {
    Past& last = history.back();
    if (last.at == now_) return void(last = now);
    if (last.current_pair == now.current_pair && last.state == now.state) return;
  }
  history.push_back(now);
}

// From its first event: what it was after each that may have changed it, in their order.
void Model::begin_history(Deferred* deferred) {
  std::vector<EventNumber> events{deferred->seen_at, deferred->fired_at};
  for (PairIndex index = deferred->first_pair; index != PairIndex::kNone;
       index = at(index).next()) {
    events.push_back(at(index).started_at);
    events.push_back(at(index).finished_at);
  }
  for (WaitIndex index = ties(*deferred).newest_wait; index != WaitIndex::kNone;
       index = at(index).older_of_deferred) {
    events.push_back(at(index).started_at);
    events.push_back(at(index).ended_at);
  }
  for (ChangeIndex index = ties(*deferred).newest_change; index != ChangeIndex::kNone;
       index = change(index).older)
    events.push_back(change(index).at);
  std::sort(events.begin(), events.end());
  std::vector<Past>& history = histories_[deferred->id];
  EventNumber before{};
  for (const EventNumber each : events) {
    if (each == before || each >= now_) continue;
    before = each;
    const Moment then = moment_of(*this, *deferred, each);
    history.push_back(Past::of(each, then.current_pair, then.current_position, then.state));
  }
  deferred->has_history = true;
}

}  // namespace reactortrack::replay
