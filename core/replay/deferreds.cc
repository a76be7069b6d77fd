// SPDX-License-Identifier: MIT
//
// What events of Deferreds change in the Model. Threads, the reactor and its delayed calls are in
// reactor.cc.
#include <algorithm>

#include "core/replay/model.h"

namespace reactortrack::replay {

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
  if (deferred.created || deferred.adopted) {
    ++strange_count_;
    return;
  }
  deferred.created = true;
  if (deferred.seen_at != now_) late_creations_.emplace(deferred.id, now_);
  Origin origin = this->origin(deferred);
  origin.type = created.type;
  origin.canceller = created.canceller;
  origin.created_stack = created.stack;
  set_origin(&deferred, origin);
  set_address(&deferred, created.address.value);
  deferred.created_in = innermost();
}

void Model::on(const event::Adopted& adopted) {
  Deferred& deferred = touch(adopted.deferred);
  if (deferred.created || deferred.adopted) {
    ++strange_count_;
    return;
  }
  deferred.adopted = true;
  Origin origin = this->origin(deferred);
  origin.type = adopted.type;
  set_origin(&deferred, origin);
  set_address(&deferred, adopted.address.value);
  if (!deferred.collected()) deferred.set_end_state(adopted.state);
  if (adopted.state == event::EndState::kPending || deferred.fired()) return;
  deferred.fired_at = now_;
  const bool failed = adopted.state == event::EndState::kFailedHandled ||
                      adopted.state == event::EndState::kFailedUnhandled;
  Value value;
  if (failed) value.outcome = event::Outcome::kFailureReturned;
  if (adopted.state == event::EndState::kWaiting)
    value.outcome = event::Outcome::kDeferred;  // which one is not known
  deferred.set_fired_value(value);
  if (adopted.state != event::EndState::kPaused) return note(&deferred);
  change(&deferred, Change::kPaused);
  deferred.paused = true;
  note(&deferred);
}

void Model::on(const event::Carried& carried) {
  on(event::Adopted{carried.deferred, carried.type, carried.address, carried.state});
  Deferred& deferred = touch(carried.deferred);
  Origin origin = this->origin(deferred);
  origin.created_stack = carried.stack;
  origin.canceller = carried.canceller;
  set_origin(&deferred, origin);
  if (carried.function != event::CallableId::kNone)
    on(event::Coroutine{carried.deferred, carried.function});
}

void Model::on(const event::Attached& attached) {
  Deferred& deferred = touch(attached.deferred);
  Pair& pair = pairs_.add();
  const auto index = static_cast<PairIndex>(pairs_.size());
  pair.attached_at = now_;
  pair.deferred = attached.deferred;
  pair.attachment = static_cast<AttachmentIndex>(attachments_.add(
      {.callback = attached.callback, .errback = attached.errback, .stack = attached.stack}));
  if (deferred.first_pair == PairIndex::kNone) {
    deferred.first_pair = index;
  } else {
    at(deferred.last_pair).set_next(index);
  }
  deferred.last_pair = index;
  if (deferred.pair_count + 1u < Deferred::kManyPairs) {
    ++deferred.pair_count;
  } else {
    // From here on both numbers are kept there.
    const auto [chain, is_new] = long_chains_.try_emplace(
        deferred.id, LongChain{deferred.pair_count, deferred.current_position});
    ++chain->second.pair_count;
    deferred.pair_count = Deferred::kManyPairs;
  }
  note(&deferred);
}

void Model::on(const event::Fired& fired) {
  Deferred& deferred = touch(fired.deferred);
  if (deferred.fired()) {
    ++strange_count_;
    return;
  }
  deferred.fired_at = now_;
  Origin origin = this->origin(deferred);
  origin.fired_stack = fired.stack;
  set_origin(&deferred, origin);
  deferred.fired_in = innermost();
  deferred.set_fired_value(keep(fired.result));
  end_chain_wait(&deferred, innermost().pair());
  note(&deferred);
}

// What chainDeferred attached is an ordinary callback; that it fires the other ends the wait.
void Model::end_chain_wait(Deferred* deferred, PairIndex inside) {
  if (ties(*deferred).open_waits == 0 || inside == PairIndex::kNone) return;
  for (WaitIndex index = ties(*deferred).newest_wait; index != WaitIndex::kNone && pay();
       index = at(index).older_of_deferred) {
    Wait& wait = at(index);
    if (!wait.open() || wait.how != event::WaitKind::kChainDeferred) continue;
    if (wait.on != at(inside).deferred) continue;
    end_wait(deferred, &wait);
    return;
  }
}

void Model::on(const event::FiredAgain& fired) {
  touch(fired.deferred).fired_again = true;
  second_fires_.add() = {.at = now_,
                         .deferred = fired.deferred,
                         .stack = fired.stack,
                         .value = keep(fired.result),
                         .suppressed = fired.suppressed};
}

// Pairs nearly always run in the order they were attached, so this walks each chain once. But when
// a coroutine is cancelled, Twisted puts its own errback before the pairs that are there already.
PairIndex Model::pair_at(const Deferred& deferred, std::uint32_t position) {
  if (position >= pair_count(deferred)) return PairIndex::kNone;
  PairIndex index = deferred.current_pair;
  std::uint32_t reached = current_position(deferred);
  if (index == PairIndex::kNone || position < reached) {
    index = deferred.first_pair;
    reached = 0;
  }
  for (; reached < position; ++reached) {
    if (!pay()) return PairIndex::kNone;
    index = at(index).next();
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
  pair.set_lane(started.lane);
  pair.carry(value(deferred));
  pair.thread = thread_;
  pair.inside = innermost();
  if (started.deferred == resumed_by_ && resumed_at_ + 1 == event_count_) pair.continues = resumed_;
  pair.started_at = now_;
  set_current(&deferred, index, started.position);
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
  pair.carry(keep(finished.result));
  if (pair.thread != thread_) ++strange_count_;
  pop(pair.thread, Frame::of(deferred.current_pair));
  note(&deferred);
}

// The one that began last is nearly always the one that ends. Members of lists are found from
// their own side, where few wait.
Wait* Model::find_open(const Deferred& deferred, event::DeferredId on) {
  const Deferred* target = find(on);
  WaitIndex mine = ties(deferred).newest_wait;
  WaitIndex its = target == nullptr ? WaitIndex::kNone : ties(*target).newest_waiter;
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
  Ties& its = ties(&deferred);
  wait.older_of_deferred = its.newest_wait;
  its.newest_wait = index;
  if (its.open_waits != Ties::kManyWaits) ++its.open_waits;
  if (wait.how == event::WaitKind::kReturned && its.open_returned != Ties::kManyReturned)
    ++its.open_returned;
  Deferred& target = touch(waiting.on);
  Ties& of_target = ties(&target);
  wait.older_of_on = of_target.newest_waiter;
  of_target.newest_waiter = index;
  if (wait.how == event::WaitKind::kReturned)
    wait.position = next_position(deferred) & Wait::kMostPosition;
  if (wait.how == event::WaitKind::kChainDeferred)
    wait.position = pair_count(target) & Wait::kMostPosition;
  note(&deferred);
}

// Behind the pair that ran last.
std::uint32_t Model::next_position(const Deferred& deferred) const {
  return deferred.current_pair == PairIndex::kNone ? 0 : current_position(deferred) + 1;
}

void Model::on(const event::Resumed& resumed) {
  Deferred& deferred = touch(resumed.deferred);
  Wait* wait = find_open(deferred, resumed.by);
  if (wait == nullptr) {
    ++strange_count_;
    return;
  }
  end_wait(&deferred, wait);
  if (wait->how == event::WaitKind::kAwaited) {
    resumed_ = resumed.deferred;
    resumed_by_ = resumed.by;
    resumed_at_ = event_count_;
  }
  if (wait->how != event::WaitKind::kReturned) return note(&deferred);
  set_value(&deferred, keep(resumed.result));
  set_value(&touch(resumed.by), Value{});  // Twisted leaves None behind
}

void Model::on(const event::Taken& taken) {
  Deferred& deferred = touch(taken.deferred);
  takes_.add() = {.at = now_,
                  .deferred = taken.deferred,
                  .from = taken.from,
                  .position = next_position(deferred)};
  set_value(&deferred, keep(taken.result));
  set_value(&touch(taken.from), Value{});  // Twisted leaves None behind
}

void Model::set_value(Deferred* deferred, const Value& value) {
  Change& change = this->change(deferred, Change::kValue);
  change.reference = value.reference;
  change.code = value.code() & 7u;
  note(deferred);
}

Change& Model::change(Deferred* deferred, Change::Kind kind) {
  Change& change = changes_.add();
  Ties& its = ties(deferred);
  change.at = now_;
  change.older = its.newest_change;
  change.kind = kind;
  if (kind != Change::kValue && change.older != ChangeIndex::kNone) {
    const Change& older = this->change(change.older);
    change.reference =
        older.kind == Change::kValue ? static_cast<std::uint32_t>(change.older) : older.reference;
  }
  its.newest_change = static_cast<ChangeIndex>(changes_.size());
  return change;
}

void Model::on(const event::Paused& paused) {
  around_.on(paused, Stamp{now_, innermost()});
  set_pauses(paused.deferred, paused.count);
}

void Model::on(const event::Unpaused& unpaused) {
  around_.on(unpaused, Stamp{now_, innermost()});
  set_pauses(unpaused.deferred, unpaused.count);
}

void Model::set_pauses(event::DeferredId id, std::int32_t count) {
  Deferred& deferred = touch(id);
  deferred.paused = count > 0;
  change(&deferred, count > 0 ? Change::kPaused : Change::kUnpaused);
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
  if (had_effect) deferred.cancelled = true;
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
  deferred.set_end_state(collected.state);
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
  Deferred& deferred = touch(coroutine.deferred);
  Origin origin = this->origin(deferred);
  origin.coroutine = coroutine.function;
  set_origin(&deferred, origin);
}

// ---- What records leave to others -------------------------------------------------------------

Ties& Model::ties(Deferred* deferred) {
  if (deferred->ties == TiesIndex::kNone) {
    ties_.add();
    deferred->ties = static_cast<TiesIndex>(ties_.size());
  }
  return ties_[static_cast<std::uint32_t>(deferred->ties) - 1];
}

void Model::end_wait(Deferred* deferred, Wait* wait) {
  Ties& its = ties(deferred);
  wait->ended_at = now_;
  if (its.open_waits != Ties::kManyWaits) --its.open_waits;
  if (wait->how == event::WaitKind::kReturned && its.open_returned != Ties::kManyReturned)
    --its.open_returned;
}

void Model::set_origin(Deferred* deferred, const Origin& origin) {
  deferred->origin = static_cast<OriginIndex>(origins_.add(origin));
}

void Model::set_address(Deferred* deferred, std::uint64_t address) {
  if (address % 16 != 0 || address >> 48 != 0) {
    far_addresses_.emplace(deferred->id, address);
    return;
  }
  deferred->address_low = static_cast<std::uint32_t>(address >> 4);
  deferred->address_high = static_cast<std::uint32_t>(address >> 36) & 0xFFFu;
}

void Model::set_current(Deferred* deferred, PairIndex pair, std::uint32_t position) {
  deferred->current_pair = pair;
  if (deferred->pair_count == Deferred::kManyPairs)
    long_chains_.find(deferred->id)->second.current_position = position;
  else
    deferred->current_position = position & 0xFFFFu;
}

Value Model::keep(const event::Result& result) {
  Value value{.outcome = result.outcome};
  switch (result.outcome) {
    case event::Outcome::kNone: break;
    case event::Outcome::kValue:
      value.reference = number(result.type);
      if (result.text == event::StringId::kNone) break;
      value.reference = static_cast<std::uint32_t>(value_texts_.size());
      value.has_text = true;
      value_texts_.add() = {.type = result.type, .text = result.text};
      break;
    case event::Outcome::kFailureReturned:
    case event::Outcome::kFailureRaised: value.reference = number(result.failure); break;
    case event::Outcome::kDeferred: value.reference = number(result.deferred); break;
  }
  return value;
}

}  // namespace reactortrack::replay
