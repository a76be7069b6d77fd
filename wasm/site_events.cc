// SPDX-License-Identifier: MIT
#include "wasm/site_events.h"

#include <algorithm>
#include <unordered_map>

namespace reactortrack::wasm {

using analysis::CitedSite;
using analysis::Facts;
using analysis::Finding;
using analysis::Role;
using replay::EventNumber;
using replay::happened;

namespace {

// Of one Deferred so many pairs and waits are looked at; the rest is found by the pass over all.
constexpr int kMostOfDeferred = 64;
constexpr std::size_t kMostDeferreds = 4;

bool is_same(const event::Site& a, const event::Site& b) {
  return a.file == b.file && a.line == b.line && a.function == b.function;
}

std::uint64_t key_of(const event::Site& site) {
  return (std::uint64_t{number(site.file)} << 32 | site.line) * 0x9E3779B97F4A7C15u ^
         number(site.function);
}

// What happened at a place, and what a finding would call that place.
struct Candidate {
  Role role;
  event::Site site;
  EventNumber event;
};

// What happened to one Deferred, in its own places.
class OfDeferred {
 public:
  OfDeferred(const Facts& facts, std::vector<Candidate>* candidates)
      : facts_(facts), candidates_(*candidates) {
    for (const replay::Cancellation& each : facts.model().cancellations()) {
      cancellations_.emplace(each.deferred, &each);
      if (each.to != each.deferred) cancellations_.emplace(each.to, &each);
    }
    for (const replay::SecondFire& each : facts.model().second_fires())
      second_fires_.emplace(each.deferred, &each);
  }

  void add(const replay::Deferred& deferred) {
    const replay::Origin& origin = facts_.origin(deferred);
    add(Role::kCreated, origin.created_stack, facts_.created_at(deferred));
    add(Role::kFired, origin.fired_stack, deferred.fired_at);
    add(Role::kFired, facts_.cause(origin.fired_stack, deferred.fired_in), deferred.fired_at);
    for (auto [each, end] = cancellations_.equal_range(deferred.id); each != end; ++each)
      add(Role::kCancelled, each->second->stack, each->second->at);
    for (auto [each, end] = second_fires_.equal_range(deferred.id); each != end; ++each)
      add(Role::kFiredAgain, each->second->stack, each->second->at);
    add_pairs(deferred);
    int left = kMostOfDeferred;
    facts_.each_wait(deferred, [&](const replay::Wait& wait) {
      if (left-- > 0) add(Role::kWaiter, wait.stack, wait.started_at);
    });
    left = kMostOfDeferred;
    facts_.each_waiter(deferred, [&](const replay::Wait& wait) {
      if (left-- > 0) add(Role::kWaiter, wait.stack, wait.started_at);
    });
    if (const replay::Acquisition* asked = facts_.acquisition(deferred.id)) {
      add(Role::kWaiter, asked->stack, asked->asked_at);
      add(Role::kHolder, asked->stack,
          happened(asked->granted_at) ? asked->granted_at : asked->asked_at);
    }
    if (const replay::Loop* loop = facts_.loop(deferred.id)) {
      add(Role::kCreated, loop->stack, loop->started_at);
      add(Role::kCulprit, facts_.defined(loop->function), loop->iteration_started_at);
    }
    if (const replay::Work* work = facts_.work(deferred.id))
      add(Role::kCreated, work->stack, work->queued_at);
  }

 private:
  void add(Role role, const event::Site& site, EventNumber event) {
    if (site.line != 0 && happened(event)) candidates_.push_back({role, site, event});
  }
  void add(Role role, event::StackId stack, EventNumber event) {
    if (stack != event::StackId::kNone) add(role, facts_.place(stack), event);
  }

  void add_pairs(const replay::Deferred& deferred) {
    int left = kMostOfDeferred;
    facts_.each_pair(deferred, [&](const replay::Pair& pair) {
      if (left-- <= 0) return;
      add(Role::kAttached, facts_.attachment(pair).stack, pair.attached_at);
      if (!happened(pair.started_at)) return;
      add(Role::kCulprit, facts_.defined(facts_.ran(pair)), pair.started_at);
      if (pair.value().is_failure())
        add(Role::kRaised, facts_.traceback(pair.value().failure()), pair.finished_at);
    });
  }

  const Facts& facts_;
  std::vector<Candidate>& candidates_;
  std::unordered_multimap<event::DeferredId, const replay::Cancellation*> cancellations_;
  std::unordered_multimap<event::DeferredId, const replay::SecondFire*> second_fires_;
};

EventNumber best(const std::vector<Candidate>& candidates, const CitedSite& cited) {
  EventNumber best{};
  for (const Candidate& each : candidates) {
    if (!is_same(each.site, cited.site)) continue;
    if (each.role == cited.role) return each.event;
    if (!happened(best)) best = each.event;
  }
  return best;
}

// A place that was not found among the finding's own Deferreds.
struct Missing {
  event::Site site;
  EventNumber near;  // the finding's own event
  EventNumber* found;
};

// Goes once through all records, for all places that are missing.
class Pass {
 public:
  Pass(const Facts& facts, std::vector<Missing> missing)
      : facts_(facts), missing_(std::move(missing)) {
    for (std::size_t at = 0; at < missing_.size(); ++at)
      by_site_[key_of(missing_[at].site)].push_back(at);
    const log::Definitions& definitions = facts_.say().definitions();
    stacks_.resize(definitions.stack_count() + 1);
    for (std::uint32_t id = 1; id < stacks_.size(); ++id)
      stacks_[id] = wanted(facts_.place(event::StackId{id}));
    callables_.resize(definitions.callable_count() + 1);
    for (std::uint32_t id = 1; id < callables_.size(); ++id)
      callables_[id] = wanted(facts_.defined(event::CallableId{id}));
  }

  void run() {
    const replay::Model& model = facts_.model();
    for (const replay::Deferred& each : model.deferreds()) {
      see(model.origin(each).created_stack, model.created_at(each));
      see(model.origin(each).fired_stack, each.fired_at);
    }
    for (const replay::Pair& each : model.pairs()) {
      see(model.attachment(each).stack, each.attached_at);
      if (happened(each.started_at)) see(model.ran(each), each.started_at);
    }
    for (const replay::Wait& each : model.waits()) see(each.stack, each.started_at);
    for (const replay::Failure& each : model.failures()) see(each.traceback, each.seen_at);
    for (const replay::Cancellation& each : model.cancellations()) see(each.stack, each.at);
    for (const replay::SecondFire& each : model.second_fires()) see(each.stack, each.at);
    for (const replay::DelayedCall& each : model.delayed_calls()) {
      see(each.stack, each.scheduled_at);
      see(each.function, each.started_at);
    }
    around(facts_.around());
  }

 private:
  using Places = const std::vector<std::size_t>*;

  void around(const replay::Around& around) {
    for (const replay::Resource& each : around.resources()) see(each.stack, each.seen_at);
    for (const replay::Acquisition& each : around.acquisitions()) see(each.stack, each.asked_at);
    for (const replay::Release& each : around.releases()) see(each.stack, each.at);
    for (const replay::Work& each : around.works()) {
      see(each.stack, each.queued_at);
      see(each.function, each.started_at);
    }
    for (const replay::Loop& each : around.loops()) {
      see(each.stack, each.started_at);
      see(each.stopped_stack, each.stopped_at);
      see(each.function, each.iteration_started_at);
    }
  }

  Places wanted(const event::Site& site) const {
    const auto found = by_site_.find(key_of(site));
    return found == by_site_.end() ? nullptr : &found->second;
  }
  void see(event::StackId stack, EventNumber event) { see(stacks_, number(stack), event); }
  void see(event::CallableId function, EventNumber event) {
    see(callables_, number(function), event);
  }
  void see(const std::vector<Places>& places, std::uint32_t id, EventNumber event) {
    if (id >= places.size() || places[id] == nullptr || !happened(event)) return;
    for (const std::size_t at : *places[id]) take(missing_[at], event);
  }

  // The last one up to the finding's event; else the first one behind it.
  static void take(const Missing& missing, EventNumber event) {
    EventNumber& found = *missing.found;
    const bool is_before = event <= missing.near;
    const bool was_before = happened(found) && found <= missing.near;
    const bool nearer = is_before ? !was_before || event > found
                                  : !happened(found) || (!was_before && event < found);
    if (nearer) found = event;
  }

  const Facts& facts_;
  std::vector<Missing> missing_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> by_site_;
  std::vector<Places> stacks_;     // by StackId
  std::vector<Places> callables_;  // by CallableId
};

}  // namespace

std::vector<std::vector<EventNumber>> site_events(const std::vector<Finding>& findings,
                                                  const Facts& facts) {
  std::vector<std::vector<EventNumber>> events(findings.size());
  std::vector<Missing> missing;
  std::vector<Candidate> candidates;
  OfDeferred own(facts, &candidates);
  for (std::size_t at = 0; at < findings.size(); ++at) {
    const Finding& finding = findings[at];
    candidates.clear();
    if (const replay::Deferred* deferred = facts.find(finding.deferred)) own.add(*deferred);
    const std::size_t others = std::min(finding.others.size(), kMostDeferreds);
    for (std::size_t other = 0; other < others; ++other)
      if (const replay::Deferred* deferred = facts.find(finding.others[other])) own.add(*deferred);
    events[at].resize(finding.sites.size());
    for (std::size_t site = 0; site < finding.sites.size(); ++site) {
      events[at][site] = best(candidates, finding.sites[site]);
      if (!happened(events[at][site]))
        missing.push_back({finding.sites[site].site, finding.event, &events[at][site]});
    }
  }
  if (!missing.empty()) Pass(facts, std::move(missing)).run();
  return events;
}

}  // namespace reactortrack::wasm
