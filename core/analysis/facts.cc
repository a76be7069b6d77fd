// SPDX-License-Identifier: MIT
#include "core/analysis/facts.h"

#include <algorithm>

#include "core/replay/executing.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::number;
using replay::EventNumber;
using replay::happened;
using text::clock_text;

namespace {

// "0.105": as many digits as a person compares.
std::string short_clock(std::int64_t ns) {
  std::string text = clock_text(ns);
  text.resize(text.size() - 3);
  return text;
}

}  // namespace

Facts::Facts(const text::Wording& wording)
    : say_(wording), model_(wording.model()), taken_(model_), awaited_(model_) {
  places_.resize(say_.definitions().stack_count() + 1);
  place_known_.resize(places_.size());
  stack_keys_.resize(places_.size());
  look_at_callables();
  look_at_reactor();
  look_at_around();
  look_at_coroutines();
  look_at_calls();
}

// ---- Built once -----------------------------------------------------------------------------------

void Facts::look_at_callables() {
  const log::Definitions& definitions = say_.definitions();
  own_callables_.resize(definitions.callable_count() + 1);
  errback_callables_.resize(own_callables_.size());
  for (std::uint32_t i = 1; i < own_callables_.size(); ++i) {
    const auto id = static_cast<event::CallableId>(i);
    const event::Callable callable = definitions.callable(id);
    // What inlineCallbacks makes of a function is defined in Twisted, but has the function's module.
    const std::string_view module = definitions.text(callable.module);
    own_callables_[i] = module.empty()
                            ? callable.site != event::SiteId::kNone && !say_.is_twisteds(id)
                            : !module.starts_with("twisted.");
    const std::string_view name = definitions.text(callable.name);
    errback_callables_[i] =
        name != "DeferredList._cbDeferred" && !name.starts_with("Deferred.addTimeout");
  }
}

void Facts::look_at_reactor() {
  living_end_ = model_.now();
  // trial fires the event without stopping anything, between tests.
  const bool stopped = !around().stops().empty();
  for (const replay::Trigger& each : around().triggers()) {
    if (say_.definitions().text(each.event) != "shutdown") continue;
    if (each.phase == event::TriggerPhase::kBefore) continue;
    if (!stopped || each.started_at < around().stops().front().at) continue;
    living_end_ = each.started_at;
    break;
  }
  living_end_ns_ = living_end_ == EventNumber::kNone ? 0 : ns(living_end_);
  for (const replay::Turn& each : model_.turns()) {
    const EventNumber first = happened(each.started_at) ? each.started_at : each.poll_started_at;
    if (!happened(first)) continue;
    reactor_thread_ = thread_at(first);
    break;
  }
  if (!reactor_thread_ && around().triggers().begin() != around().triggers().end())
    reactor_thread_ = thread_at((*around().triggers().begin()).started_at);
  // asyncio's reactor tells neither of polls nor of what it reads and writes.
  const bool runs = !model_.turns().empty() || !around().triggers().empty();
  has_outside_ = runs && model_.count(event::EventKind::kPollStarted) == 0;
  for (const event::StringId type : around().io_types())
    has_outside_ |= say_.definitions().text(type).find("Waker") == std::string_view::npos;
  stopped_by_signal_ = around().stops().empty();
  if (stopped_by_signal_) return;
  for (const event::Site& site : say_.frames(around().stops().front().stack)) {
    const std::string_view name = text::last_name(say_.definitions().text(site.function));
    stopped_by_signal_ |= name == "sigInt" || name == "sigTerm" || name == "sigBreak";
  }
}

void Facts::look_at_around() {
  for (const replay::Acquisition& each : around().acquisitions())
    acquisitions_.try_emplace(each.deferred, &each);
  for (const replay::Loop& each : around().loops()) loops_.try_emplace(each.deferred, &each);
  for (const replay::Work& each : around().works())
    if (each.deferred != event::DeferredId::kNone) works_.try_emplace(each.deferred, &each);
  for (const replay::Timeout& each : around().timeouts())
    timeouts_.try_emplace(each.deferred, &each);
  for (const replay::Trigger& each : around().triggers())
    if (each.deferred != event::DeferredId::kNone) triggers_.try_emplace(each.deferred, &each);
  for (const replay::Take& each : model_.takes()) taken_.insert(each.from);
  for (const replay::QuickAwait& each : around().quick_awaits()) awaited_.insert(each.deferred);
  for (const replay::FutureTie& each : around().futures())
    (each.link == event::FutureLink::kFromFuture ? from_futures_ : as_futures_)
        .try_emplace(each.deferred, &each);
}

void Facts::look_at_coroutines() {
  std::vector<bool> known(say_.definitions().callable_count() + 1);
  for (const replay::Deferred& each : model_.deferreds()) {
    const std::uint32_t callable = number(origin(each).coroutine);
    if (callable == 0 || callable >= known.size() || known[callable]) continue;
    known[callable] = true;
    coroutines_.insert(hash_of(defined(origin(each).coroutine), false));
  }
  // Those that only coroutines await have no Deferred: they stand on the stacks of what was awaited,
  // between that and the coroutine that has one.
  std::vector<bool> seen(say_.definitions().stack_count() + 1);
  for (const replay::Wait& each : model_.waits()) {
    const std::uint32_t stack = number(each.stack);
    if (each.how != event::WaitKind::kAwaited || stack >= seen.size() || seen[stack]) continue;
    seen[stack] = true;
    const replay::Deferred* waiter = find(each.deferred);
    if (waiter == nullptr || origin(*waiter).coroutine == event::CallableId::kNone) continue;
    const std::uint64_t last = hash_of(defined(origin(*waiter).coroutine), false);
    const std::vector<event::Site> frames = say_.frames(each.stack);
    const auto is_last = [&](const event::Site& site) { return hash_of(site, false) == last; };
    const auto end = std::find_if(frames.begin(), frames.end(), is_last);
    if (end == frames.end()) continue;
    for (auto frame = frames.begin(); frame != end; ++frame)
      coroutines_.insert(hash_of(*frame, false));
  }
}

void Facts::look_at_calls() {
  const auto& turns = model_.turns();
  is_asleep_ =
      around().stops().empty() && !turns.empty() && turns.back().poll_started_at == model_.now();
  for (const replay::Work& each : around().works())
    coming_works_ += happened(each.queued_at) && !happened(each.ended_at) ? 1 : 0;
  for (const replay::DelayedCall& each : model_.delayed_calls()) {
    // A thread of the program's own may fire whatever it likes through the reactor.
    const bool from_thread = reactor_thread_ && happened(each.scheduled_at) &&
                             each.due_ns <= ns(each.scheduled_at) &&
                             thread_at(each.scheduled_at) != *reactor_thread_ && is_own(each.stack);
    has_outside_ |= from_thread;
    if (happened(each.started_at) || happened(each.ended_at) || !happened(each.scheduled_at))
      continue;
    is_asleep_ = false;
    const std::string_view name =
        say_.definitions().text(say_.definitions().callable(each.function).name);
    if (name.ends_with(".stop") || name.starts_with("LoopingCall")) continue;
    coming_calls_.emplace(hash_of(place(each.stack), false), &each);
  }
}

// ---- Time -----------------------------------------------------------------------------------------

std::int64_t Facts::age_ns(EventNumber since) const {
  return std::max<std::int64_t>(0, living_end_ns_ - ns(since));
}

std::string Facts::at(EventNumber event) const { return "at " + short_clock(ns(event)) + " s"; }

// ---- Deferreds ------------------------------------------------------------------------------------

bool Facts::is_unfinished(const replay::Deferred& deferred) const {
  if (!deferred.fired()) return true;
  const replay::State state = model_.state_of(deferred);
  return state == replay::State::kWaiting || state == replay::State::kPaused;
}

bool Facts::is_open(const replay::Deferred& deferred) const {
  const bool gone = deferred.collected() && deferred.collected_at < living_end_;
  return !gone && is_unfinished(deferred);
}

const replay::Pair* Facts::own_pair(const replay::Deferred& deferred) const {
  for (auto at = deferred.first_pair; at != replay::PairIndex::kNone; at = model_.pair(at).next()) {
    const replay::Pair& pair = model_.pair(at);
    if (is_own(attachment(pair).callback) || is_own(attachment(pair).errback)) return &pair;
  }
  return nullptr;
}

const replay::Pair* Facts::returner(const replay::Wait& wait) const {
  if (wait.how != event::WaitKind::kReturned) return nullptr;
  return pair_before(wait.deferred, wait.position);
}

const replay::Pair* Facts::returner(const replay::Take& take) const {
  return pair_before(take.deferred, take.position);
}

const replay::Pair* Facts::pair_before(event::DeferredId id, std::uint32_t position) const {
  const replay::Deferred* deferred = find(id);
  if (deferred == nullptr) return nullptr;
  std::uint32_t reached = 0;
  for (auto at = deferred->first_pair; at != replay::PairIndex::kNone; at = model_.pair(at).next())
    if (++reached == position) return &model_.pair(at);
  return nullptr;
}

bool Facts::has_errback(const replay::Deferred& deferred) const {
  for (auto at = deferred.first_pair; at != replay::PairIndex::kNone; at = model_.pair(at).next()) {
    const std::uint32_t errback = number(attachment(model_.pair(at)).errback);
    if (errback < errback_callables_.size() && errback_callables_[errback]) return true;
  }
  return false;
}

bool Facts::is_internal(const replay::Deferred& deferred) const {
  return origin(deferred).created_stack != event::StackId::kNone &&
         !is_own(origin(deferred).created_stack);
}

namespace {

template <class Map>
auto value_in(const Map& map, event::DeferredId id) -> typename Map::mapped_type {
  const auto found = map.find(id);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

const replay::Acquisition* Facts::acquisition(event::DeferredId id) const {
  return value_in(acquisitions_, id);
}
const replay::Loop* Facts::loop(event::DeferredId id) const { return value_in(loops_, id); }
const replay::Work* Facts::work(event::DeferredId id) const { return value_in(works_, id); }
const replay::Timeout* Facts::timeout(event::DeferredId id) const {
  return value_in(timeouts_, id);
}
const replay::Trigger* Facts::trigger(event::DeferredId id) const {
  return value_in(triggers_, id);
}

const replay::FutureTie* Facts::from_future(event::DeferredId id) const {
  return value_in(from_futures_, id);
}
const replay::FutureTie* Facts::as_future(event::DeferredId id) const {
  return value_in(as_futures_, id);
}

bool Facts::is_coroutine(const event::Site& site) const {
  return coroutines_.contains(hash_of(site, false));
}

const replay::DelayedCall* Facts::timer(const replay::Deferred& deferred) const {
  if (origin(deferred).created_stack == event::StackId::kNone) return nullptr;
  const auto [begin, end] =
      coming_calls_.equal_range(hash_of(place(origin(deferred).created_stack), false));
  constexpr int kMost = 64;
  int looked_at = 0;
  for (auto each = begin; each != end && looked_at < kMost; ++each, ++looked_at)
    if (each->second->inside == deferred.created_in) return each->second;
  return nullptr;
}

// ---- Threads --------------------------------------------------------------------------------------

std::uint16_t Facts::thread_at(EventNumber event) const { return replay::thread_at(model_, event); }

std::string Facts::thread_name(std::uint16_t thread) const {
  const auto threads = model_.threads();
  const std::string name = thread < threads.size() ? say_.text(threads[thread].name) : "";
  return name.empty() ? "thread " + std::to_string(thread + 1) : "thread " + name;
}

// ---- Words ----------------------------------------------------------------------------------------

namespace {

std::string named(const Facts& facts, const replay::Deferred& deferred, const std::string& caller) {
  const replay::Origin& origin = facts.origin(deferred);
  const std::string id = text::deferred_text(deferred.id);
  if (origin.coroutine != event::CallableId::kNone)
    return "the coroutine " + facts.function(origin.coroutine) + caller + ", " + id;
  const std::string type = facts.say().type(origin.type, "Deferred");
  if (origin.created_stack == event::StackId::kNone) return "the " + type + " " + id;
  return "the " + type + " created in " + facts.in(origin.created_stack) + caller + ", " + id;
}

}  // namespace

std::string Facts::name(const replay::Deferred& deferred) const {
  return named(*this, deferred, "");
}

std::string Facts::name_and_caller(const replay::Deferred& deferred) const {
  if (origin(deferred).coroutine == event::CallableId::kNone)
    return named(*this, deferred, called_from(origin(deferred).created_stack));
  const bool known = is_own(origin(deferred).created_stack);
  return named(*this, deferred, known ? ", called from " + in(origin(deferred).created_stack) : "");
}

std::string Facts::function(event::CallableId callable) const {
  const std::string place = say_.defined_at(callable);
  const std::string name = say_.callable(callable);
  return place.empty() ? name : name + " (" + place + ")";
}

std::string Facts::waiter(const replay::Wait& wait) const {
  const replay::Deferred* waiter = find(wait.deferred);
  const std::string place = wait.stack == event::StackId::kNone ? "" : in(wait.stack);
  if (waiter != nullptr && origin(*waiter).coroutine != event::CallableId::kNone)
    return "the coroutine " + say_.callable(origin(*waiter).coroutine) +
           (place.empty() ? "" : " at " + say_.place(this->place(wait.stack)));
  const std::string type =
      waiter == nullptr ? "Deferred" : say_.type(origin(*waiter).type, "Deferred");
  const std::string id = text::deferred_text(wait.deferred);
  if (waiter == nullptr || origin(*waiter).created_stack == event::StackId::kNone)
    return "the " + type + " " + id;
  return "the " + type + " " + id + " made in " + in(origin(*waiter).created_stack);
}

std::string_view Facts::failure_type(event::FailureId id) const {
  const replay::Failure* failure = model_.find(id);
  return failure == nullptr ? std::string_view{} : say_.definitions().text(failure->type);
}

bool Facts::is_cancelled_error(event::FailureId id) const {
  return text::last_name(failure_type(id)) == "CancelledError";
}

event::StackId Facts::traceback(event::FailureId id) const {
  const replay::Failure* failure = model_.find(id);
  return failure == nullptr ? event::StackId::kNone : failure->traceback;
}

}  // namespace reactortrack::analysis
