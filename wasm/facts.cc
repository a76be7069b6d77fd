// SPDX-License-Identifier: MIT
#include "wasm/facts.h"

#include <algorithm>

namespace reactortrack::wasm {

using replay::EventNumber;
using replay::happened;

namespace {

std::vector<EventNumber> in_order(std::vector<EventNumber> events) {
  std::erase(events, EventNumber::kNone);
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  return events;
}

std::int64_t between(const replay::Model& model, EventNumber from, EventNumber to, EventNumber at) {
  const EventNumber until = happened(to, at) ? to : at;
  if (!happened(from, at) || until <= from) return 0;
  return std::max<std::int64_t>(0, model.time_ns(until) - model.time_ns(from));
}

}  // namespace

std::vector<EventNumber> events_of(const replay::Model& model, const replay::Deferred& deferred) {
  std::vector<EventNumber> events = {deferred.seen_at, deferred.fired_at, deferred.collected_at};
  for (auto at = deferred.first_pair; at != replay::PairIndex::kNone; at = model.pair(at).next()) {
    const replay::Pair& pair = model.pair(at);
    events.insert(events.end(), {pair.attached_at, pair.started_at, pair.finished_at});
  }
  const auto add_waits = [&](replay::WaitIndex newest, replay::WaitIndex replay::Wait::* older) {
    for (auto at = newest; at != replay::WaitIndex::kNone; at = model.wait(at).*older) {
      const replay::Wait& wait = model.wait(at);
      events.insert(events.end(), {wait.started_at, wait.ended_at});
    }
  };
  add_waits(model.ties(deferred).newest_wait, &replay::Wait::older_of_deferred);
  add_waits(model.ties(deferred).newest_waiter, &replay::Wait::older_of_on);
  for (auto at = model.ties(deferred).newest_change; at != replay::ChangeIndex::kNone;
       at = model.change(at).older)
    events.push_back(model.change(at).at);
  for (const replay::SecondFire& each : model.second_fires())
    if (each.deferred == deferred.id) events.push_back(each.at);
  for (const replay::Cancellation& each : model.cancellations())
    if (each.deferred == deferred.id || each.to == deferred.id)
      events.insert(events.end(), {each.at, each.returned_at});
  return in_order(std::move(events));
}

std::vector<EventNumber> events_of(const replay::Pair& pair) {
  return in_order({pair.attached_at, pair.started_at, pair.finished_at});
}

std::int64_t age_ns(const replay::Model& model, const replay::Deferred& deferred, EventNumber at) {
  return between(model, deferred.seen_at, deferred.collected_at, at);
}

std::int64_t own_ns(const replay::Model& model, const replay::Deferred& deferred, EventNumber at) {
  std::int64_t sum = 0;
  for (auto index = deferred.first_pair; index != replay::PairIndex::kNone;
       index = model.pair(index).next())
    if (happened(model.pair(index).finished_at, at)) sum += model.pair(index).own_ns();
  return sum;
}

std::int64_t wait_ns(const replay::Model& model, const replay::Deferred& deferred, EventNumber at) {
  std::int64_t sum = 0;
  std::int64_t longest_of_list = 0;
  for (auto index = model.ties(deferred).newest_wait; index != replay::WaitIndex::kNone;
       index = model.wait(index).older_of_deferred) {
    const replay::Wait& wait = model.wait(index);
    const std::int64_t took = between(model, wait.started_at, wait.ended_at, at);
    if (wait.how == event::WaitKind::kListMember)
      longest_of_list = std::max(longest_of_list, took);
    else
      sum += took;
  }
  return sum + longest_of_list;
}

}  // namespace reactortrack::wasm
