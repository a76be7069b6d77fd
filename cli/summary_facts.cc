// SPDX-License-Identifier: MIT
#include "cli/summary_facts.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace reactortrack::cli {

using text::Wording;

namespace {

using event::number;
using replay::kNever;

std::int64_t value_of(const CreationSite& site, SiteOrder order) {
  switch (order) {
    case SiteOrder::kCount: return static_cast<std::int64_t>(site.created);
    case SiteOrder::kAge: return site.oldest_ns;
    case SiteOrder::kOwn: return site.own_ns;
    case SiteOrder::kWait: return site.wait_ns;
  }
  return 0;
}

void add_deferred(const replay::Model& model, const replay::Deferred& deferred,
                  CreationSite* site) {
  ++site->created;
  const std::int64_t since_ns = model.time_ns(model.created_at(deferred));
  const std::int64_t until_ns = deferred.fired()       ? model.time_ns(deferred.fired_at)
                                : deferred.collected() ? model.time_ns(deferred.collected_at)
                                                       : model.time_ns();
  const std::int64_t age_ns = since_ns == kNever ? 0 : until_ns - since_ns;
  site->wait_ns += age_ns;
  if (deferred.fired()) return;
  ++site->unfired;
  if (!deferred.collected()) site->oldest_ns = std::max(site->oldest_ns, age_ns);
}

std::vector<CreationSite> creation_sites(const Wording& wording, SiteOrder order) {
  const replay::Model& model = wording.model();
  std::unordered_map<std::uint32_t, event::Site> site_of_stack;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::size_t> places;
  std::vector<CreationSite> sites;
  std::vector<std::size_t> site_of_deferred(model.deferreds().size(), SIZE_MAX);
  std::size_t index = 0;
  for (const replay::Deferred& each : model.deferreds()) {
    const std::size_t at = index++;
    const event::StackId stack = model.origin(each).created_stack;
    if (stack == event::StackId::kNone) continue;
    auto [known, is_new] = site_of_stack.try_emplace(number(stack));
    if (is_new) known->second = wording.own_frame(stack);
    const event::Site& site = known->second;
    const auto [place, is_first] =
        places.try_emplace({number(site.file), site.line, number(site.function)}, sites.size());
    if (is_first) sites.emplace_back().site = site;
    site_of_deferred[at] = place->second;
    add_deferred(model, each, &sites[place->second]);
  }
  for (const replay::Pair& pair : model.pairs()) {
    if (pair.own_ns() == 0) continue;
    const bool resumes = pair.continues != event::DeferredId::kNone;
    const auto owner = model.index_of(resumes ? pair.continues : pair.deferred);
    if (owner == replay::DeferredIndex::kNone) continue;
    const std::size_t site = site_of_deferred[static_cast<std::uint32_t>(owner) - 1];
    if (site != SIZE_MAX) sites[site].own_ns += pair.own_ns();
  }
  std::stable_sort(sites.begin(), sites.end(), [&](const auto& a, const auto& b) {
    return value_of(a, order) > value_of(b, order);
  });
  return sites;
}

// The run of Twisted's own callback that resumes a coroutine is the coroutine's time.
event::CallableId function_of(const replay::Model& model, const replay::Pair& pair) {
  const replay::Deferred* coroutine = model.find(pair.continues);
  const bool known =
      coroutine != nullptr && model.origin(*coroutine).coroutine != event::CallableId::kNone;
  return known ? model.origin(*coroutine).coroutine : model.ran(pair);
}

// Callables are recorded as they are met; one function may have several ids.
std::vector<CallbackTime> callback_times(const Wording& wording) {
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, CallbackTime> times;
  const replay::Model& model = wording.model();
  for (const replay::Pair& pair : model.pairs()) {
    if (!happened(pair.finished_at) || model.ran(pair) == event::CallableId::kNone) continue;
    const event::CallableId ran = function_of(model, pair);
    const event::Callable callable = wording.definitions().callable(ran);
    CallbackTime& entry =
        times[{number(callable.module), number(callable.name), number(callable.site)}];
    entry.callable = ran;
    ++entry.runs;
    entry.failed += pair.value().is_failure() ? 1 : 0;
    entry.own_ns += pair.own_ns();
    entry.longest_ns = std::max(entry.longest_ns, pair.own_ns());
  }
  std::vector<CallbackTime> sorted;
  for (const auto& [key, entry] : times) sorted.push_back(entry);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.own_ns > b.own_ns; });
  return sorted;
}

void add_unhandled(const replay::Model& model, const replay::Deferred& deferred,
                   SummaryFacts* facts) {
  const bool reported =
      deferred.collected() && deferred.end_state() == event::EndState::kFailedUnhandled;
  const bool held =
      !deferred.collected() && !deferred.running && model.value(deferred).is_failure();
  if (reported || held)
    facts->unhandled.push_back({deferred.id, model.value(deferred).failure(), held});
}

void sort_waiting(const replay::Model& model, std::vector<event::DeferredId>* waiting) {
  const auto since = [&](event::DeferredId id) {
    const replay::Wait* wait = model.held_up_by(*model.find(id));
    return wait == nullptr ? 0 : model.time_ns(wait->started_at);
  };
  std::stable_sort(waiting->begin(), waiting->end(),
                   [&](auto a, auto b) { return since(a) < since(b); });
}

void add_reactor(const replay::Model& model, SummaryFacts* facts) {
  std::int64_t poll_ended_ns = kNever;
  for (const replay::Turn& turn : model.turns()) {
    if (poll_ended_ns != kNever && happened(turn.poll_started_at) &&
        model.time_ns(turn.poll_started_at) - poll_ended_ns > facts->longest_block_ns) {
      facts->longest_block_ns = model.time_ns(turn.poll_started_at) - poll_ended_ns;
      facts->longest_block_at_ns = poll_ended_ns;
    }
    poll_ended_ns = model.time_ns(turn.poll_ended_at);
  }
}

}  // namespace

SummaryFacts summary_facts(const Wording& wording, SiteOrder order) {
  const replay::Model& model = wording.model();
  SummaryFacts facts;
  for (const replay::Deferred& each : model.deferreds()) {
    const replay::State state = model.state_of(each);
    ++facts.deferreds;
    ++facts.states[static_cast<std::size_t>(state)];
    facts.collected += each.collected() ? 1 : 0;
    if (!each.fired()) ++(each.collected() ? facts.unfired_collected : facts.unfired_alive);
    if (state == replay::State::kWaiting && !each.collected()) facts.waiting.push_back(each.id);
    add_unhandled(wording.model(), each, &facts);
  }
  facts.creation_sites = creation_sites(wording, order);
  facts.callbacks = callback_times(wording);
  for (const CallbackTime& each : facts.callbacks) facts.callback_ns += each.own_ns;
  sort_waiting(model, &facts.waiting);
  add_reactor(model, &facts);
  return facts;
}

}  // namespace reactortrack::cli
