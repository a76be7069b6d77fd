// SPDX-License-Identifier: MIT
//
// About one Deferred: what it is, its chain, what happened to it, and its waits.
#include <algorithm>
#include <unordered_set>

#include "core/event/names.h"
#include "core/log/json_text.h"
#include "core/text/text.h"
#include "wasm/answers.h"
#include "wasm/facts.h"

namespace reactortrack::wasm {

namespace {

constexpr std::uint32_t kMostPairs = 1000;
constexpr std::uint32_t kMostHistory = 1000;
constexpr std::uint32_t kMostWaiters = 100;
constexpr std::uint32_t kLongestPath = 1000;

std::string address_text(std::uint64_t address) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (address == 0) return {};
  std::string text;
  for (; address != 0; address >>= 4) text.insert(text.begin(), kDigits[address & 0xF]);
  return "0x" + text;
}

}  // namespace

void Answer::deferred() {
  const replay::Deferred* found = model_.find(event::DeferredId{a_});
  if (found == nullptr) return;
  const replay::Deferred& deferred = *found;
  const replay::Moment moment = replay::moment_of(model_, deferred, now_);
  json_.begin_object();
  ref_fields(deferred);
  json_.field("type", say_.type(model_.origin(deferred).type, "Deferred"));
  json_.field("address", address_text(model_.address(deferred)));
  json_.field("exists", deferred.seen_at <= now_).field("sentence", sentence(deferred, moment));
  json_.field("created_event", number(model_.created_at(deferred)));
  json_.field("fired_event", number(deferred.fired_at));
  json_.field("collected_event", number(deferred.collected_at));
  json_.field("created", say_.where(model_.origin(deferred).created_stack));
  json_.field("fired", say_.where(model_.origin(deferred).fired_stack));
  json_.field("coroutine", names_.callable(model_.origin(deferred).coroutine));
  json_.field("canceller", names_.callable(model_.origin(deferred).canceller));
  times(deferred);
  pairs(deferred);
  history(deferred);
  waits_on(deferred);
  waiters(deferred);
  path(deferred);
  json_.end();
}

void Answer::times(const replay::Deferred& deferred) {
  ns("age_ns", age_ns(model_, deferred, now_));
  ns("own_ns", own_ns(model_, deferred, now_));
  ns("wait_ns", wait_ns(model_, deferred, now_));
}

std::string Answer::sentence(const replay::Deferred& deferred, const replay::Moment& moment) const {
  std::string text = names_.of(deferred);
  if (!moment.known) return text + " is not there yet.";
  const std::string where = say_.where(model_.origin(deferred).created_stack);
  if (!where.empty()) text += ", made at " + where + ",";
  switch (moment.state) {
    case replay::State::kPending: text += " has not fired"; break;
    case replay::State::kRunning: text += " is running "; break;
    case replay::State::kWaiting: text += " waits"; break;
    case replay::State::kPaused: text += " has fired and is paused"; break;
    case replay::State::kSucceeded: text += " has ended with "; break;
    case replay::State::kFailed: text += " has failed with "; break;
    case replay::State::kCancelled: text += " was cancelled"; break;
  }
  const event::Result value = model_.result(replay::value_of(model_, deferred, now_));
  if (moment.state == replay::State::kRunning)
    text += names_.callable(model_.ran(model_.pair(moment.current_pair)));
  if (moment.state == replay::State::kSucceeded) text += say_.result(value);
  if (moment.state == replay::State::kFailed) text += say_.failure(value.failure);
  if (const replay::Wait* wait = replay::held_up_by(model_, deferred, now_)) {
    text += moment.state == replay::State::kWaiting ? " for " : "; it waits for ";
    const replay::Deferred* other = model_.find(wait->on);
    text += other == nullptr ? text::deferred_text(wait->on) : names_.of(*other);
    text += " (" + text::Wording::wait_kind(wait->how) + ")";
  }
  return text + (moment.collected ? "; it is gone." : ".");
}

// ---- The chain --------------------------------------------------------------------------------

void Answer::pairs(const replay::Deferred& deferred) {
  const replay::Moment moment = replay::moment_of(model_, deferred, now_);
  std::uint32_t position = 0;
  json_.key("pairs").begin_array();
  for (auto at = deferred.first_pair; at != replay::PairIndex::kNone && position < kMostPairs;
       at = model_.pair(at).next()) {
    json_.begin_object();
    pair(deferred, model_.pair(at), position++, moment);
    json_.field("node", map_.tree().node_of(at)).end();
  }
  json_.end().field("pair_count", deferred.pair_count);
}

void Answer::pair(const replay::Deferred&, const replay::Pair& pair, std::uint32_t position,
                  const replay::Moment& moment) {
  const replay::PairState state = replay::state_of(moment, pair, position);
  const bool has_started = replay::happened(pair.started_at, now_);
  const bool has_ended = state == replay::PairState::kFinished;
  json_.field("position", position).field("label", names_.of(pair));
  json_.field("state", replay::word(state));
  json_.field("lane", has_started ? event::word(pair.lane()) : std::string_view());
  json_.field("outcome", has_ended ? say_.outcome(model_.result(pair.value())) : std::string());
  json_.field("bad", has_ended && pair.value().is_failure());
  json_.field("place", say_.where(model_.attachment(pair).stack));
  ns("own_ns", has_ended ? pair.own_ns() : 0);
  json_.field("attached_event", number(pair.attached_at));
  json_.field("started_event", number(pair.started_at));
  json_.field("finished_event", number(pair.finished_at));
}

void Answer::history(const replay::Deferred& deferred) {
  const std::vector<EventNumber> events = events_of(model_, deferred);
  const std::size_t count = std::min<std::size_t>(events.size(), kMostHistory);
  json_.key("history").begin_array();
  for (std::size_t at = 0; at < count; ++at) {
    json_.begin_object();
    event_fields(events[at]);
    json_.end();
  }
  json_.end().field("history_count", events.size());
}

// ---- Waits ------------------------------------------------------------------------------------

// `wait` is how one came to this Deferred; nullptr for the first of a path.
void Answer::wait_ref(const replay::Deferred& deferred, const replay::Wait* wait) {
  json_.begin_object();
  ref_fields(deferred);
  json_.field("how", wait == nullptr ? std::string() : text::Wording::wait_kind(wait->how));
  json_.field("place", wait == nullptr ? std::string() : say_.where(wait->stack));
  json_.field("since_event", wait == nullptr ? 0u : number(wait->started_at));
  const bool has_begun = wait != nullptr && replay::happened(wait->started_at);
  ns("wait_ns",
     has_begun ? std::max<std::int64_t>(0, model_.time_ns(now_) - model_.time_ns(wait->started_at))
               : 0);
  json_.end();
}

void Answer::waits_on(const replay::Deferred& deferred) {
  json_.key("waits_on").begin_array();
  std::uint32_t count = 0;
  for (auto at = model_.ties(deferred).newest_wait; at != replay::WaitIndex::kNone;
       at = model_.wait(at).older_of_deferred) {
    const replay::Wait& wait = model_.wait(at);
    const replay::Deferred* other = model_.find(wait.on);
    if (other == nullptr || !replay::holds_up(model_, wait, now_)) continue;
    if (count++ < kMostWaiters) wait_ref(*other, &wait);
  }
  json_.end();
}

void Answer::waiters(const replay::Deferred& deferred) {
  json_.key("waiters").begin_array();
  std::uint32_t count = 0;
  for (auto at = model_.ties(deferred).newest_waiter; at != replay::WaitIndex::kNone;
       at = model_.wait(at).older_of_on) {
    const replay::Wait& wait = model_.wait(at);
    const replay::Deferred* other = model_.find(wait.deferred);
    if (other == nullptr || !replay::holds_up(model_, wait, now_)) continue;
    if (count++ < kMostWaiters) wait_ref(*other, &wait);
  }
  json_.end().field("waiter_count", count);
}

void Answer::path(const replay::Deferred& deferred) {
  bool is_cycle = false;
  std::unordered_set<std::uint32_t> seen;
  const replay::Deferred* at = &deferred;
  const replay::Deferred* last = at;
  const replay::Wait* wait = nullptr;
  json_.key("path").begin_array();
  while (at != nullptr && seen.size() < kLongestPath) {
    is_cycle = !seen.insert(number(at->id)).second;
    if (is_cycle) break;
    wait_ref(*at, wait);
    last = at;
    wait = replay::held_up_by(model_, *at, now_);
    at = wait == nullptr ? nullptr : model_.find(wait->on);
  }
  json_.end().field("cycle", is_cycle);
  json_.field("bottom", is_cycle ? std::string() : bottom_text(*last));
}

// What is at the bottom of a path, and what becomes of it later.
std::string Answer::bottom_text(const replay::Deferred& deferred) const {
  std::string text = names_.of(deferred);
  if (deferred.seen_at > now_) return text + " is not there yet.";
  const replay::State its = state(deferred);
  if (its == replay::State::kPaused) return text + " is paused: pause() without unpause().";
  if (its == replay::State::kRunning) return text + " is running.";
  if (its != replay::State::kPending) return text + " has its result and waits for nothing.";
  if (replay::happened(deferred.fired_at)) {
    const std::int64_t left_ns = model_.time_ns(deferred.fired_at) - model_.time_ns(now_);
    return text + " has not fired yet; that happens " + text::duration_text(left_ns) +
           " later, at event " + text::count_text(number(deferred.fired_at)) + ".";
  }
  const auto& causes = session_.diagnosis().found().causes;
  const auto cause = causes.find(deferred.id);
  return text + " never fires in this recording" +
         (cause == causes.end() ? "." : ": " + cause->second + ".");
}

}  // namespace reactortrack::wasm
