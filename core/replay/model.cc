// SPDX-License-Identifier: MIT
//
// What is asked of the Model, and what events of Deferreds change. Threads, the reactor and its
// delayed calls are in reactor.cc.
#include "core/replay/model.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "core/replay/moment.h"

namespace reactortrack::replay {

Value Value::of(const event::Result& result) {
  Value value;
  value.outcome = result.outcome;
  value.text = result.text;
  switch (result.outcome) {
    case event::Outcome::kNone: break;
    case event::Outcome::kValue: value.reference = number(result.type); break;
    case event::Outcome::kFailureReturned:
    case event::Outcome::kFailureRaised: value.reference = number(result.failure); break;
    case event::Outcome::kDeferred: value.reference = number(result.deferred); break;
  }
  return value;
}

event::Result Value::result() const {
  event::Result result;
  result.outcome = outcome;
  result.text = text;
  switch (outcome) {
    case event::Outcome::kNone: break;
    case event::Outcome::kValue: result.type = static_cast<event::StringId>(reference); break;
    case event::Outcome::kFailureReturned:
    case event::Outcome::kFailureRaised: result.failure = failure(); break;
    case event::Outcome::kDeferred:
      result.deferred = static_cast<event::DeferredId>(reference);
      break;
  }
  return result;
}

void Model::apply(const event::Event& event) {
  std::visit(
      [&](const auto& body) {
        using Body = std::remove_cvref_t<decltype(body)>;
        if constexpr (static_cast<std::uint8_t>(Body::kKind) >= event::kFirstTimedKind) {
          time_ns_ = event.time_ns;
          ++event_count_;
          now_ = static_cast<EventNumber>(event_count_);
          times_.add(time_ns_);
          credit_ += kCreditPerEvent;
          ++kind_counts_[static_cast<std::uint8_t>(Body::kKind)];
          on(body);
        }
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

bool Model::holds_up(const Wait& wait) const {
  if (!wait.open()) return false;
  if (wait.how == event::WaitKind::kReturned) return true;
  const Deferred* waiter = find(wait.deferred);
  return waiter != nullptr && !waiter->fired();
}

const Wait* Model::held_up_by(const Deferred& deferred) const {
  if (deferred.open_waits == 0) return nullptr;
  for (WaitIndex at = deferred.newest_wait; at != WaitIndex::kNone; at = wait(at).older_of_deferred)
    if (holds_up(wait(at))) return &wait(at);
  return nullptr;
}

State Model::state_of(const Deferred& deferred) const {
  if (deferred.running) return State::kRunning;
  // A list that has fired still hears its members, but waits for none of them.
  if (deferred.open_returned != 0 || (deferred.open_waits != 0 && !deferred.fired()))
    return State::kWaiting;
  if (!deferred.fired()) return State::kPending;
  if (deferred.value.outcome == event::Outcome::kDeferred) return State::kWaiting;
  if (deferred.paused) return State::kPaused;
  if (!deferred.value.is_failure()) return State::kSucceeded;
  return deferred.cancelled ? State::kCancelled : State::kFailed;
}

PairState Model::state_of(const Deferred& deferred, const Pair& pair,
                          std::uint32_t position) const {
  if (pair.running()) return PairState::kRunning;
  if (happened(pair.finished_at)) return PairState::kFinished;
  const bool later_one_started =
      deferred.current_pair != PairIndex::kNone && position < deferred.current_position;
  if (later_one_started) return PairState::kPassed;
  if (!deferred.fired()) return PairState::kAttached;
  if (deferred.collected()) return PairState::kPassed;
  const State state = state_of(deferred);
  const std::uint32_t next =
      goes_on_at(deferred, deferred.current_pair, deferred.current_position, state, now_);
  return has_settled(state) && position < next ? PairState::kPassed : PairState::kAttached;
}

std::uint32_t Model::goes_on_at(const Deferred& deferred, PairIndex current, std::uint32_t position,
                                State state, EventNumber at) const {
  const bool takes_callbacks = state == State::kSucceeded;
  const bool none_started = current == PairIndex::kNone;
  PairIndex index = none_started ? deferred.first_pair : pair(current).next;
  if (!none_started) ++position;
  for (const std::uint32_t end = position + kMostPassed; position != end; ++position) {
    if (index == PairIndex::kNone || !happened(pair(index).attached_at, at)) break;
    const Pair& each = pair(index);
    const event::CallableId taken = takes_callbacks ? each.callback : each.errback;
    if (taken != event::CallableId::kNone) return position;
    index = each.next;
  }
  return kNoPosition;
}

// ---- Histories --------------------------------------------------------------------------------

const std::vector<Past>* Model::history(const Deferred& deferred) const {
  return deferred.has_history ? &histories_.find(deferred.id)->second : nullptr;
}

void Model::note(Deferred* deferred) {
  if (!deferred->has_history) {
    if (++deferred->noted < kNotesBeforeHistory) return;
    begin_history(deferred);
  }
  std::vector<Past>& history = histories_.find(deferred->id)->second;
  const Past now =
      Past::of(now_, deferred->current_pair, deferred->current_position, state_of(*deferred));
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
  for (PairIndex index = deferred->first_pair; index != PairIndex::kNone; index = at(index).next) {
    events.push_back(at(index).started_at);
    events.push_back(at(index).finished_at);
  }
  for (WaitIndex index = deferred->newest_wait; index != WaitIndex::kNone;
       index = at(index).older_of_deferred) {
    events.push_back(at(index).started_at);
    events.push_back(at(index).ended_at);
  }
  for (ChangeIndex index = deferred->newest_change; index != ChangeIndex::kNone;
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

// ---- Deferreds --------------------------------------------------------------------------------

Deferred& Model::touch(event::DeferredId id) {
  const std::uint32_t place = deferred_places_.find(number(id));
  if (place != 0) return deferreds_[place - 1];
  Deferred& deferred = deferreds_.add();
  deferred.id = id;
  deferred.seen_at = now_;
  deferred_places_.add(number(id), static_cast<std::uint32_t>(deferreds_.size()));
  return deferred;
}

void Model::on(const event::Created& created) {
  Deferred& deferred = touch(created.deferred);
  if (happened(deferred.created_at) || deferred.adopted) {
    ++strange_count_;
    return;
  }
  deferred.created_at = now_;
  deferred.type = created.type;
  deferred.address = created.address.value;
  deferred.canceller = created.canceller;
  deferred.created_stack = created.stack;
  deferred.created_in = innermost();
}

void Model::on(const event::Adopted& adopted) {
  Deferred& deferred = touch(adopted.deferred);
  if (happened(deferred.created_at) || deferred.adopted) {
    ++strange_count_;
    return;
  }
  deferred.adopted = true;
  deferred.type = adopted.type;
  deferred.address = adopted.address.value;
  if (!deferred.collected()) deferred.end_state = adopted.state;
  if (adopted.state == event::EndState::kPending || deferred.fired()) return;
  deferred.fired_at = now_;
  const bool failed = adopted.state == event::EndState::kFailedHandled ||
                      adopted.state == event::EndState::kFailedUnhandled;
  Value value;
  if (failed) value.outcome = event::Outcome::kFailureReturned;
  if (adopted.state == event::EndState::kWaiting)
    value.outcome = event::Outcome::kDeferred;  // which one is not known
  deferred.fired_value = deferred.value = value;
  if (adopted.state != event::EndState::kPaused) return note(&deferred);
  change(&deferred, Change::kPaused);
  deferred.paused = true;
  note(&deferred);
}

void Model::on(const event::Carried& carried) {
  on(event::Adopted{carried.deferred, carried.type, carried.address, carried.state});
  Deferred& deferred = touch(carried.deferred);
  deferred.created_stack = carried.stack;
  deferred.canceller = carried.canceller;
  if (carried.function != event::CallableId::kNone)
    on(event::Coroutine{carried.deferred, carried.function});
}

void Model::on(const event::Attached& attached) {
  Deferred& deferred = touch(attached.deferred);
  Pair& pair = pairs_.add();
  const auto index = static_cast<PairIndex>(pairs_.size());
  pair.attached_at = now_;
  pair.deferred = attached.deferred;
  pair.callback = attached.callback;
  pair.errback = attached.errback;
  pair.stack = attached.stack;
  if (deferred.first_pair == PairIndex::kNone) {
    deferred.first_pair = index;
  } else {
    at(deferred.last_pair).next = index;
  }
  deferred.last_pair = index;
  ++deferred.pair_count;
  note(&deferred);
}

void Model::on(const event::Fired& fired) {
  Deferred& deferred = touch(fired.deferred);
  if (deferred.fired()) {
    ++strange_count_;
    return;
  }
  deferred.fired_at = now_;
  deferred.fired_stack = fired.stack;
  deferred.fired_in = innermost();
  deferred.fired_value = deferred.value = Value::of(fired.result);
  end_chain_wait(&deferred, innermost().pair());
  note(&deferred);
}

// What chainDeferred attached is an ordinary callback; that it fires the other ends the wait.
void Model::end_chain_wait(Deferred* deferred, PairIndex inside) {
  if (deferred->open_waits == 0 || inside == PairIndex::kNone) return;
  for (WaitIndex index = deferred->newest_wait; index != WaitIndex::kNone && pay();
       index = at(index).older_of_deferred) {
    Wait& wait = at(index);
    if (!wait.open() || wait.how != event::WaitKind::kChainDeferred) continue;
    if (wait.on != at(inside).deferred) continue;
    wait.ended_at = now_;
    --deferred->open_waits;
    return;
  }
}

void Model::on(const event::FiredAgain& fired) {
  touch(fired.deferred).fired_again = true;
  second_fires_.add() = {.at = now_,
                         .deferred = fired.deferred,
                         .stack = fired.stack,
                         .value = Value::of(fired.result),
                         .suppressed = fired.suppressed};
}

// Pairs nearly always run in the order they were attached, so this walks each chain once. But when
// a coroutine is cancelled, Twisted puts its own errback before the pairs that are there already.
PairIndex Model::pair_at(const Deferred& deferred, std::uint32_t position) {
  if (position >= deferred.pair_count) return PairIndex::kNone;
  PairIndex index = deferred.current_pair;
  std::uint32_t reached = deferred.current_position;
  if (index == PairIndex::kNone || position < reached) {
    index = deferred.first_pair;
    reached = 0;
  }
  for (; reached < position; ++reached) {
    if (!pay()) return PairIndex::kNone;
    index = at(index).next;
  }
  return index;
}

void Model::on(const event::Started& started) {
  Deferred& deferred = touch(started.deferred);
  const PairIndex index = pair_at(deferred, started.position);
  if (index == PairIndex::kNone || happened(at(index).started_at)) {
    ++strange_count_;
    return;
  }
  if (deferred.running) {
    ++strange_count_;
    Pair& before = at(deferred.current_pair);
    before.cut_off = true;
    end_pair(&before, span_ns(before.started_at, now_));
  }
  Pair& pair = at(index);
  pair.started_at = now_;
  pair.lane = started.lane;
  pair.thread = thread_;
  pair.inside = innermost();
  if (started.deferred == resumed_by_ && resumed_at_ + 1 == event_count_) pair.continues = resumed_;
  deferred.current_pair = index;
  deferred.current_position = started.position;
  deferred.running = true;
  last_started_ = threads_[thread_].last_started = index;
  push(Frame::of(index));
  const auto depth = static_cast<std::uint32_t>(threads_[thread_].stack.size());
  if (depth > deepest_) {
    deepest_ = depth;
    deepest_pair_ = index;
  }
  note(&deferred);
}

void Model::on(const event::Finished& finished) {
  Deferred& deferred = touch(finished.deferred);
  if (!deferred.running) {
    ++strange_count_;
    return;
  }
  Pair& pair = at(deferred.current_pair);
  pair.value = deferred.value = Value::of(finished.result);
  if (pair.thread != thread_) ++strange_count_;
  pop(pair.thread, Frame::of(deferred.current_pair));
  note(&deferred);
}

// The one that began last is nearly always the one that ends. Members of lists are found from
// their own side, where few wait.
Wait* Model::find_open(const Deferred& deferred, event::DeferredId on) {
  const Deferred* target = find(on);
  WaitIndex mine = deferred.newest_wait;
  WaitIndex its = target == nullptr ? WaitIndex::kNone : target->newest_waiter;
  while (mine != WaitIndex::kNone && its != WaitIndex::kNone && pay()) {
    Wait& of_deferred = at(mine);
    if (of_deferred.open() && of_deferred.on == on) return &of_deferred;
    Wait& of_target = at(its);
    if (of_target.open() && of_target.deferred == deferred.id) return &of_target;
    mine = of_deferred.older_of_deferred;
    its = of_target.older_of_on;
  }
  return nullptr;
}

void Model::on(const event::Waiting& waiting) {
  Wait& wait = waits_.add();
  const auto index = static_cast<WaitIndex>(waits_.size());
  wait.started_at = now_;
  wait.deferred = waiting.deferred;
  wait.on = waiting.on;
  wait.stack = waiting.stack;
  wait.how = waiting.how;
  Deferred& deferred = touch(waiting.deferred);
  wait.older_of_deferred = deferred.newest_wait;
  deferred.newest_wait = index;
  ++deferred.open_waits;
  if (wait.how == event::WaitKind::kReturned && deferred.open_returned != Deferred::kManyReturned)
    ++deferred.open_returned;
  Deferred& target = touch(waiting.on);
  wait.older_of_on = target.newest_waiter;
  target.newest_waiter = index;
  if (wait.how == event::WaitKind::kReturned)
    wait.position = next_position(deferred) & Wait::kMostPosition;
  if (wait.how == event::WaitKind::kChainDeferred)
    wait.position = target.pair_count & Wait::kMostPosition;
  note(&deferred);
}

// Behind the pair that ran last.
std::uint32_t Model::next_position(const Deferred& deferred) {
  return deferred.current_pair == PairIndex::kNone ? 0 : deferred.current_position + 1;
}

void Model::on(const event::Resumed& resumed) {
  Deferred& deferred = touch(resumed.deferred);
  Wait* wait = find_open(deferred, resumed.by);
  if (wait == nullptr) {
    ++strange_count_;
    return;
  }
  wait->ended_at = now_;
  --deferred.open_waits;
  if (wait->how == event::WaitKind::kAwaited) {
    resumed_ = resumed.deferred;
    resumed_by_ = resumed.by;
    resumed_at_ = event_count_;
  }
  if (wait->how != event::WaitKind::kReturned) return note(&deferred);
  if (deferred.open_returned != Deferred::kManyReturned) --deferred.open_returned;
  set_value(&deferred, Value::of(resumed.result));
  set_value(&touch(resumed.by), Value{});  // Twisted leaves None behind
}

void Model::on(const event::Taken& taken) {
  Deferred& deferred = touch(taken.deferred);
  takes_.add() = {.at = now_,
                  .deferred = taken.deferred,
                  .from = taken.from,
                  .position = next_position(deferred)};
  set_value(&deferred, Value::of(taken.result));
  set_value(&touch(taken.from), Value{});  // Twisted leaves None behind
}

void Model::set_value(Deferred* deferred, const Value& value) {
  deferred->value = value;
  change(deferred, Change::kValue).value = value;
  note(deferred);
}

Change& Model::change(Deferred* deferred, Change::Kind kind) {
  Change& change = changes_.add();
  change.at = now_;
  change.older = deferred->newest_change;
  change.kind = kind;
  deferred->newest_change = static_cast<ChangeIndex>(changes_.size());
  return change;
}

void Model::on(const event::Paused& paused) {
  around_.on(paused, Stamp{now_, innermost()});
  Deferred& deferred = touch(paused.deferred);
  deferred.paused = paused.count > 0;
  change(&deferred, paused.count > 0 ? Change::kPaused : Change::kUnpaused);
  note(&deferred);
}

void Model::on(const event::Unpaused& unpaused) {
  around_.on(unpaused, Stamp{now_, innermost()});
  Deferred& deferred = touch(unpaused.deferred);
  deferred.paused = unpaused.count > 0;
  change(&deferred, unpaused.count > 0 ? Change::kPaused : Change::kUnpaused);
  note(&deferred);
}

void Model::on(const event::Cancelling& cancelling) {
  Cancellation& cancellation = cancellations_.add();
  cancellation.at = now_;
  cancellation.deferred = cancelling.deferred;
  cancellation.stack = cancelling.stack;
}

void Model::on(const event::Cancelled& cancelled) {
  Deferred& deferred = touch(cancelled.deferred);
  const bool had_effect = cancelled.effect == event::CancelEffect::kCancelledError ||
                          cancelled.effect == event::CancelEffect::kByCanceller ||
                          cancelled.effect == event::CancelEffect::kForwarded;
  if (had_effect && !deferred.cancelled) change(&deferred, Change::kCancelled);
  deferred.cancelled |= had_effect;
  note(&deferred);
  for (std::size_t at = cancellations_.size(); at != 0 && pay(); --at) {
    Cancellation& each = cancellations_[at - 1];
    if (each.returned || each.deferred != cancelled.deferred) continue;
    each.returned = true;
    each.returned_at = now_;
    each.effect = cancelled.effect;
    each.to = cancelled.to;
    return;
  }
  ++strange_count_;
}

void Model::on(const event::Collected& collected) {
  Deferred& deferred = touch(collected.deferred);
  if (deferred.collected()) {
    ++strange_count_;
    return;
  }
  deferred.collected_at = now_;
  deferred.end_state = collected.state;
}

void Model::on(const event::FailureSeen& failure) {
  if (failure_places_.find(number(failure.failure)) != 0) ++strange_count_;
  failures_.add() = {.seen_at = now_,
                     .type = failure.type,
                     .message = failure.message,
                     .traceback = failure.traceback};
  failure_places_.add(number(failure.failure), static_cast<std::uint32_t>(failures_.size()));
}

void Model::on(const event::Coroutine& coroutine) {
  touch(coroutine.deferred).coroutine = coroutine.function;
}

}  // namespace reactortrack::replay
