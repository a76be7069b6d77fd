// SPDX-License-Identifier: MIT
#include "core/replay/moment.h"

#include <algorithm>

namespace reactortrack::replay {
namespace {

// What a Deferred's records say of the time up to an event.
class Look {
 public:
  Look(const Model& model, const Deferred& deferred, EventNumber at)
      : model_(model), d_(deferred), at_(at) {}

  void pairs() {
    std::uint32_t position = 0;
    for (PairIndex index = d_.first_pair; index != PairIndex::kNone; ++position) {
      const Pair& pair = model_.pair(index);
      if (!happened(pair.attached_at, at_)) break;
      if (happened(pair.started_at, at_) && pair.started_at > started_at_) {
        started_at_ = pair.started_at;
        current_pair_ = index;
        current_position_ = position;
      }
      if (happened(pair.finished_at, at_) && !pair.cut_off) value(pair.finished_at, pair.value());
      index = pair.next();
    }
  }

  void changes() {
    if (happened(d_.fired_at, at_)) value(d_.fired_at, d_.fired_value());
    bool pauses_known = false;
    for (ChangeIndex index = model_.ties(d_).newest_change; index != ChangeIndex::kNone;) {
      const Change& change = model_.change(index);
      index = change.older;
      if (!happened(change.at, at_)) continue;
      switch (change.kind) {
        case Change::kValue: value(change.at, change.value()); break;
        case Change::kCancelled: cancelled_ = true; break;
        case Change::kPaused:
        case Change::kUnpaused:
          if (!pauses_known) paused_ = change.kind == Change::kPaused;
          pauses_known = true;
          break;
      }
    }
  }

  State state() const {
    if (running()) return State::kRunning;
    if (held_up_by(model_, d_, at_) != nullptr) return State::kWaiting;
    if (!happened(d_.fired_at, at_)) return State::kPending;
    if (value_.outcome == event::Outcome::kDeferred) return State::kWaiting;
    if (paused_) return State::kPaused;
    if (!value_.is_failure()) return State::kSucceeded;
    return cancelled_ ? State::kCancelled : State::kFailed;
  }

  bool running() const {
    return current_pair_ != PairIndex::kNone &&
           !happened(model_.pair(current_pair_).finished_at, at_);
  }
  PairIndex current_pair() const { return current_pair_; }
  std::uint32_t current_position() const { return current_position_; }
  const Value& value() const { return value_; }

 private:
  // Of two at one event the one that is looked at later counts less: it is the older.
  void value(EventNumber at, const Value& value) {
    if (at <= value_at_) return;
    value_at_ = at;
    value_ = value;
  }

  const Model& model_;
  const Deferred& d_;
  EventNumber at_;
  EventNumber started_at_{};
  EventNumber value_at_{};
  PairIndex current_pair_{};
  std::uint32_t current_position_ = 0;
  Value value_{};
  bool paused_ = false;
  bool cancelled_ = false;
};

void recall(const std::vector<Past>& history, Moment* moment) {
  const auto later =
      std::upper_bound(history.begin(), history.end(), moment->at,
                       [](EventNumber at, const Past& past) { return at < past.at; });
  if (later == history.begin()) return;
  const Past& then = *std::prev(later);
  moment->state = then.state;
  moment->running = then.state == State::kRunning;
  moment->current_pair = then.current_pair;
  moment->current_position = then.current_position;
}

// A chain that has settled may be between two of its callbacks.
void look_ahead(const Model& model, const Deferred& deferred, Moment* moment) {
  if (!moment->fired || moment->collected || !has_settled(moment->state)) return;
  moment->next_position = model.goes_on_at(deferred, moment->current_pair, moment->current_position,
                                           moment->state, moment->at);
}

}  // namespace

Moment moment_of(const Model& model, const Deferred& deferred, EventNumber at) {
  Moment moment;
  moment.at = at;
  moment.known = happened(deferred.seen_at, at);
  if (!moment.known) return moment;
  moment.fired = happened(deferred.fired_at, at);
  moment.collected = happened(deferred.collected_at, at);
  if (const std::vector<Past>* history = model.history(deferred)) {
    recall(*history, &moment);
    look_ahead(model, deferred, &moment);
    return moment;
  }
  Look look(model, deferred, at);
  look.pairs();
  look.changes();
  moment.running = look.running();
  moment.state = look.state();
  moment.current_pair = look.current_pair();
  moment.current_position = look.current_position();
  look_ahead(model, deferred, &moment);
  return moment;
}

PairState state_of(const Moment& moment, const Pair& pair, std::uint32_t position) {
  if (happened(pair.finished_at, moment.at)) return PairState::kFinished;
  if (happened(pair.started_at, moment.at)) return PairState::kRunning;
  if (moment.current_pair != PairIndex::kNone && position < moment.current_position)
    return PairState::kPassed;
  if (!moment.fired) return PairState::kAttached;
  if (moment.collected) return PairState::kPassed;
  const bool passed = has_settled(moment.state) && position < moment.next_position;
  return passed ? PairState::kPassed : PairState::kAttached;
}

State state_of(const Model& model, const Deferred& deferred, EventNumber at) {
  return moment_of(model, deferred, at).state;
}

PairState state_of(const Model& model, const Deferred& deferred, const Pair& pair,
                   std::uint32_t position, EventNumber at) {
  return state_of(moment_of(model, deferred, at), pair, position);
}

Value value_of(const Model& model, const Deferred& deferred, EventNumber at) {
  Look look(model, deferred, at);
  look.pairs();
  look.changes();
  return look.value();
}

bool holds_up(const Model& model, const Wait& wait, EventNumber at) {
  if (!happened(wait.started_at, at) || happened(wait.ended_at, at)) return false;
  if (wait.how == event::WaitKind::kReturned) return true;
  const Deferred* waiter = model.find(wait.deferred);
  return waiter != nullptr && !happened(waiter->fired_at, at);
}

const Wait* held_up_by(const Model& model, const Deferred& deferred, EventNumber at) {
  for (WaitIndex index = model.ties(deferred).newest_wait; index != WaitIndex::kNone;) {
    const Wait& wait = model.wait(index);
    if (holds_up(model, wait, at)) return &wait;
    index = wait.older_of_deferred;
  }
  return nullptr;
}

}  // namespace reactortrack::replay
